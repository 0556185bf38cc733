internal import PythonJSON
public import ShardFormats

/// Comma-separated text for writing: columns `str`, `int`, `float`; no quotes, no escapes.
public struct CSV: ShardFormat {
  private let text: SeparatedText

  /// - Throws: ``ShardError`` `.unknownEncoding`; `.badOption` for an empty newline, a name that holds a comma or the
  ///   newline, and as ``MDS`` does for size limit and hashes.
  public init(
    columns: [String: Encoding], newline: String = "\n", settings: ShardSettings = ShardSettings()
  ) throws(ShardError) {
    text = try SeparatedText(
      format: .csv, columns: columns, separator: ",", newline: newline, settings: settings)
  }

  public var schema: ShardSchema { text.schema }
  public var emptyByteCount: Int { 0 }
  public var sampleOverhead: Int { 0 }
  public func encode(_ values: [ColumnValue], into output: inout [UInt8]) throws(ShardError) {
    try text.encode(values, into: &output)
  }
  public func frame(_ ends: [Int]) throws(ShardError) -> ShardFrame { try text.frame(ends) }
}

/// Tab-separated text for writing; otherwise ``CSV``.
public struct TSV: ShardFormat {
  private let text: SeparatedText

  /// - Throws: as ``CSV``.
  public init(
    columns: [String: Encoding], newline: String = "\n", settings: ShardSettings = ShardSettings()
  ) throws(ShardError) {
    text = try SeparatedText(
      format: .tsv, columns: columns, separator: "\t", newline: newline, settings: settings)
  }

  public var schema: ShardSchema { text.schema }
  public var emptyByteCount: Int { 0 }
  public var sampleOverhead: Int { 0 }
  public func encode(_ values: [ColumnValue], into output: inout [UInt8]) throws(ShardError) {
    try text.encode(values, into: &output)
  }
  public func frame(_ ends: [Int]) throws(ShardError) -> ShardFrame { try text.frame(ends) }
}

/// Text with any separator for writing; otherwise ``CSV``.
public struct XSV: ShardFormat {
  private let text: SeparatedText

  /// - Throws: as ``CSV``; `.badOption` for an empty separator too.
  public init(
    columns: [String: Encoding], separator: String, newline: String = "\n",
    settings: ShardSettings = ShardSettings()
  ) throws(ShardError) {
    text = try SeparatedText(
      format: .xsv, columns: columns, separator: separator, newline: newline, settings: settings)
  }

  public var schema: ShardSchema { text.schema }
  public var emptyByteCount: Int { 0 }
  public var sampleOverhead: Int { 0 }
  public func encode(_ values: [ColumnValue], into output: inout [UInt8]) throws(ShardError) {
    try text.encode(values, into: &output)
  }
  public func frame(_ ends: [Int]) throws(ShardError) -> ShardFrame { try text.frame(ends) }
}

/// What the three have in common.
struct SeparatedText: Sendable {
  let schema: ShardSchema
  private let separator: String
  private let newline: String

  init(
    format: ShardFormatName, columns: [String: Encoding], separator: String, newline: String,
    settings: ShardSettings
  ) throws(ShardError) {
    schema = try ShardSchema(
      format: format, columns: columns, settings: settings, newline: newline,
      separator: format == .xsv ? separator : nil)
    self.separator = separator
    self.newline = newline
    for column in schema.columns { try refuseDelimiters(in: column.name, as: "name", of: column, .badOption) }
  }

  func encode(_ values: [ColumnValue], into output: inout [UInt8]) throws(ShardError) {
    try schema.requireValues(values.count)
    var line = ""
    for (number, column) in schema.columns.enumerated() {
      if number > 0 { line += separator }
      let value = try text(of: values[number], column)
      try refuseDelimiters(in: value, as: "value", of: column, .wrongType)
      line += value
    }
    output.append(contentsOf: (line + newline).utf8)
  }

  private func text(of value: ColumnValue, _ column: ColumnSpec) throws(ShardError) -> String {
    switch (column.encoding, value) {
    case (.str, .string(let text)): return text
    case (.int, .int(let integer)): return String(integer)
    case (.int, .bigInt(let integer)): return integer.text
    case (.float, .float(let float)): return pythonRepr(float)
    default: throw ShardError.wrongType(value, for: column)
    }
  }

  /// There is neither quoting nor escaping: such a text could not be read back. Compares bytes, as readers do.
  private func refuseDelimiters(
    in text: String, as what: String, of column: ColumnSpec, _ code: ShardError.Code
  ) throws(ShardError) {
    for (name, delimiter) in [("separator", separator), ("newline", newline)]
    where text.utf8.contains(delimiter.utf8) {
      throw ShardError(
        code, column: column.name, expected: "a \(what) without the \(name)", found: "one with it",
        remedy: "choose another \(name), or write MDS or JSON lines")
    }
  }

  func frame(_ ends: [Int]) throws(ShardError) -> ShardFrame {
    try TextFiles.frame(ends, schema: schema, header: TextShard.headerLine(of: schema))
  }
}

/// The header line and the `.meta` file, which text formats lay out alike.
enum TextFiles {
  /// - Throws: ``ShardError`` `.tooLarge` when the data file's offsets do not fit 32 bits.
  static func frame(_ ends: [Int], schema: ShardSchema, header: [UInt8]) throws(ShardError) -> ShardFrame {
    let byteCount = header.count + (ends.last ?? 0)
    guard byteCount <= Int(UInt32.max), UInt32(exactly: ends.count) != nil else {
      throw ShardError(
        .tooLarge, expected: "a data file below 4 GiB, as its offsets have 32 bits", found: "\(byteCount) bytes",
        remedy: "set a size limit")
    }
    var meta: [UInt8] = []
    meta.reserveCapacity(OffsetTable.byteCount(sampleCount: ends.count) + 256)
    meta.appendLittleEndian(UInt32(ends.count))
    meta.appendLittleEndian(UInt32(header.count))
    for end in ends { meta.appendLittleEndian(UInt32(header.count + end)) }
    JSONValue.object(schema.jsonMembers).encode(into: &meta, sortingKeys: true)
    return ShardFrame(head: header, meta: meta)
  }
}

extension ShardError {
  static func wrongType(_ value: ColumnValue, for column: ColumnSpec) -> ShardError {
    ShardError(
      .wrongType, column: column.name, expected: "a value of encoding \(column.encodingName)",
      found: value.kind,
      remedy: "give strings for str, integers for int, Doubles for float")
  }
}

extension String.UTF8View {
  /// Whether the bytes occur in order; an empty needle occurs nowhere.
  fileprivate func contains(_ needle: String.UTF8View) -> Bool {
    guard let first = needle.first else { return false }
    var rest = self[...]
    while let start = rest.firstIndex(of: first) {
      if rest[start...].starts(with: needle) { return true }
      rest = rest[rest.index(after: start)...]
    }
    return false
  }
}
