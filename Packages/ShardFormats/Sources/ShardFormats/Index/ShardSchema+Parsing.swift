package import BinaryIO
package import PythonJSON
internal import ShardCompression

extension ShardSchema {
  /// The schema of a shard object's members, without those that every shard has of its own.
  /// - Throws: ``ShardError`` without a place.
  package init(members: JSONObject, encodings registry: EncodingRegistry) throws(ShardError) {
    let reader = MemberReader(members: members)
    guard reader.members["version"] == 2 else {
      throw ShardError(
        .unsupportedVersion, expected: "version 2", found: try reader.member("version").shortText,
        remedy: "convert the data set with a current version of MosaicML Streaming")
    }
    guard let format = ShardFormatName(rawValue: try reader.string("format")) else {
      throw ShardError(
        .unknownFormat, expected: "one of mds, csv, tsv, xsv, json",
        found: "\"\(try reader.string("format"))\"",
        remedy: ShardError.writeIndexAgain)
    }
    try reader.requireKeys(of: format)
    self.init(
      format: format,
      columns: format == .json
        ? try reader.jsonColumns(registry) : try reader.columns(of: format, registry),
      compression: try reader.codec(), hashes: try reader.strings("hashes"),
      sizeLimit: try reader.sizeLimit(),
      newline: format.hasMeta ? try reader.delimiter("newline") : nil,
      separator: format == .xsv ? try reader.delimiter("separator") : nil)
  }
}

extension ShardSchema {
  /// The schema that a shard's own files carry, as JSON text at `range` of `file`.
  /// - Throws: ``ShardError`` as an index's, with the byte offset.
  package init(
    configuration range: Range<Int>, of file: MappedFile, encodings registry: EncodingRegistry
  ) throws(ShardError) {
    do throws(ShardError) {
      guard let text = file.bytes.slice(range) else {
        throw ShardError(
          .truncated, expected: "the configuration", found: "the end of the file",
          remedy: ShardError.downloadAgain)
      }
      guard let members = try JSONCursor(text).parsed(0..<text.byteCount).object else {
        throw ShardError(
          .malformedIndex, expected: "the configuration as an object", found: "another value",
          remedy: ShardError.downloadAgain)
      }
      try self.init(members: members, encodings: registry)
    } catch {
      var error = error
      error.byteOffset = range.lowerBound + (error.byteOffset ?? 0)
      throw error.at(file: file.path)
    }
  }
}

/// Typed reads of a shard object's members.
private struct MemberReader {
  let members: JSONObject

  func malformed(_ key: String, _ expected: String, _ found: JSONValue) -> ShardError {
    ShardError(
      .malformedIndex, expected: "\(expected) as \(key)", found: found.shortText,
      remedy: ShardError.writeIndexAgain)
  }

  func member(_ key: String) throws(ShardError) -> JSONValue {
    guard let value = members[key] else {
      throw ShardError(
        .missingKey, expected: "a member \(key)", found: "none", remedy: ShardError.writeIndexAgain)
    }
    return value
  }

  func string(_ key: String) throws(ShardError) -> String {
    let value = try member(key)
    guard let text = value.string else { throw malformed(key, "a string", value) }
    return text
  }

  func strings(_ key: String) throws(ShardError) -> [String] {
    let value = try member(key)
    guard let elements = value.array else { throw malformed(key, "a list of strings", value) }
    var texts: [String] = []
    for element in elements {
      guard let text = element.string else { throw malformed(key, "a list of strings", element) }
      texts.append(text)
    }
    return texts
  }

  /// Upstream passes the members as a constructor's arguments: each must be there and none may be unknown.
  func requireKeys(of format: ShardFormatName) throws(ShardError) {
    var expected: Set<String> = ["compression", "format", "hashes", "size_limit", "version"]
    switch format {
    case .mds: expected.formUnion(["column_encodings", "column_names", "column_sizes"])
    case .csv, .tsv: expected.formUnion(["column_encodings", "column_names", "newline"])
    case .xsv: expected.formUnion(["column_encodings", "column_names", "newline", "separator"])
    case .json: expected.formUnion(["columns", "newline"])
    }
    for key in members.keys where !expected.contains(key) {
      throw ShardError(
        .unknownKey, expected: "only the members of \(format) shards", found: "\"\(key)\"",
        remedy: "remove the member; upstream refuses it too")
    }
    for key in expected.sorted() { _ = try member(key) }
  }

  func columns(of format: ShardFormatName, _ registry: EncodingRegistry) throws(ShardError) -> [ColumnSpec] {
    let names = try strings("column_names")
    let encodings = try strings("column_encodings")
    guard names.count == encodings.count else {
      throw contradiction("as many encodings as the \(names.count) columns", "\(encodings.count)")
    }
    var columns: [ColumnSpec] = []
    for (name, encoding) in zip(names, encodings) {
      columns.append(try column(name, encoding, format, registry))
    }
    try requireUnique(columns)
    if format == .mds { try checkSizes(of: columns) }
    return columns
  }

  func jsonColumns(_ registry: EncodingRegistry) throws(ShardError) -> [ColumnSpec] {
    let value = try member("columns")
    guard let object = value.object else { throw malformed("columns", "an object", value) }
    var columns: [ColumnSpec] = []
    for (name, encoding) in object {
      guard let encoding = encoding.string else {
        throw malformed("columns", "encodings as strings", encoding)
      }
      columns.append(try column(name, encoding, .json, registry))
    }
    return columns
  }

  private func column(
    _ name: String, _ encodingName: String, _ format: ShardFormatName, _ registry: EncodingRegistry
  ) throws(ShardError) -> ColumnSpec {
    do throws(ShardError) {
      let encoding = try Encoding(parsing: encodingName, registry: registry)
      guard encoding.isAllowed(in: format) else {
        throw ShardError(
          .unknownEncoding, expected: "an encoding of \(format) shards", found: "\"\(encodingName)\"",
          remedy: ShardError.writeIndexAgain)
      }
      return ColumnSpec(name: name, encoding: encoding, encodingName: encodingName)
    } catch {
      throw error.at(column: name)
    }
  }

  private func requireUnique(_ columns: [ColumnSpec]) throws(ShardError) {
    let names = JSONObject(columns.map { ($0.name, .null) })
    guard names.count == columns.count else {
      throw contradiction("each column name once", "\(columns.count) names, \(names.count) of them different")
    }
  }

  /// A fixed size must be its encoding's; upstream's reader takes 0 for "varies" too, its writer never writes it.
  private func checkSizes(of columns: [ColumnSpec]) throws(ShardError) {
    let value = try member("column_sizes")
    guard let sizes = value.array else { throw malformed("column_sizes", "a list of sizes", value) }
    guard sizes.count == columns.count else {
      throw contradiction("as many sizes as the \(columns.count) columns", "\(sizes.count)")
    }
    for (column, size) in zip(columns, sizes) {
      let agrees = column.fixedByteCount.map { size.int == $0 } ?? (size.isNull || size.int == 0)
      guard agrees else {
        throw contradiction(
          "the size of \(column.encodingName), \(column.fixedByteCount.map(String.init) ?? "null")",
          size.shortText
        ).at(column: column.name)
      }
    }
  }

  private func contradiction(_ expected: String, _ found: String) -> ShardError {
    ShardError(.contradictoryColumns, expected: expected, found: found, remedy: ShardError.writeIndexAgain)
  }

  func codec() throws(ShardError) -> Codec? {
    let value = try member("compression")
    if value.isNull { return nil }
    guard let name = value.string else { throw malformed("compression", "a string or null", value) }
    do {
      return try Codec(parsing: name)
    } catch {
      throw ShardError(
        .unknownAlgorithm, expected: error.expected, found: error.found, remedy: error.remedy, cause: error)
    }
  }

  /// An integer, a byte string, or null; 0 and "" mean null. Below 2^32, as the writer's option.
  func sizeLimit() throws(ShardError) -> Int? {
    let value = try member("size_limit")
    let limit: Int
    switch value {
    case .null: return nil
    case .string(""): return nil
    case .string(let text):
      guard let count = try? ByteCount(parsing: text) else { throw malformed("size_limit", "a size", value) }
      limit = count.value
    default:
      guard let count = value.int else { throw malformed("size_limit", "an integer, a size or null", value) }
      limit = count
    }
    guard limit >= 0 else {
      throw ShardError(
        .outOfRange, expected: "a size limit from 0 up", found: "\(limit)", remedy: ShardError.writeIndexAgain
      )
    }
    return limit == 0 ? nil : limit
  }

  func delimiter(_ key: String) throws(ShardError) -> String {
    let text = try string(key)
    guard !text.isEmpty else { throw malformed(key, "at least one character", .string("")) }
    return text
  }
}

extension JSONValue {
  /// The value for a message: at most 60 characters of its JSON text.
  var shortText: String {
    let text = String(decoding: encoded(sortingKeys: false), as: UTF8.self)
    return text.utf8.count <= 60 ? text : text.prefix(60) + "…"
  }
}
