internal import PythonJSON
internal import ShardCompression
internal import ShardHashing

extension ShardSchema {
  /// The schema that a writer starts from: columns sorted by code point, options checked.
  /// - Throws: ``ShardError`` `.unknownEncoding`, `.badOption`.
  package init(
    format: ShardFormatName, columns: [String: Encoding], settings: ShardSettings, newline: String? = nil,
    separator: String? = nil
  ) throws(ShardError) {
    var specs: [ColumnSpec] = []
    for name in columns.keys.sorted(by: precedesByCodePoint) {
      guard let encoding = columns[name] else { continue }
      guard encoding.isAllowed(in: format) else {
        throw ShardError(
          .unknownEncoding, column: name, expected: "an encoding of \(format) shards",
          found: "\"\(encoding.name)\"",
          remedy: format == .mds ? "use float64, float32 or float16" : "use str, int or float")
      }
      specs.append(ColumnSpec(name: name, encoding: encoding))
    }
    let limit = settings.sizeLimit ?? 0
    guard limit >= 0, limit <= Int(UInt32.max) else {
      throw ShardError(
        .badOption, expected: "a size limit from 0 up to 4 GiB, without it", found: "\(limit) bytes",
        remedy: "give a smaller limit; nil or 0 mean none")
    }
    let names = settings.hashes.map(\.name)
    guard names == names.sorted() else {
      throw ShardError(
        .badOption, expected: "hashes sorted by name", found: names.joined(separator: ", "),
        remedy: "sort the list")
    }
    for (option, text) in [("newline", newline), ("separator", separator)] where text?.isEmpty == true {
      throw ShardError(
        .badOption, expected: "at least one character as \(option)", found: "\"\"", remedy: "give a \(option)"
      )
    }
    self.init(
      format: format, columns: specs, compression: settings.compression, hashes: names,
      sizeLimit: limit == 0 ? nil : limit, newline: newline, separator: separator)
  }
}

extension [UInt8] {
  /// Appends the number's 4 bytes, least significant first.
  package mutating func appendLittleEndian(_ number: UInt32) {
    append(UInt8(truncatingIfNeeded: number))
    append(UInt8(truncatingIfNeeded: number >> 8))
    append(UInt8(truncatingIfNeeded: number >> 16))
    append(UInt8(truncatingIfNeeded: number >> 24))
  }
}
