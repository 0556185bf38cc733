internal import PythonJSON
public import ShardFormats

/// A JSON object per line for writing: columns `str`, `int`, `float`. The index calls the format `json`.
public struct JSONLines: ShardFormat {
  public let schema: ShardSchema
  private let newline: String

  /// - Throws: ``ShardError`` as ``CSV``, but names and values may hold anything: JSON escapes it.
  public init(
    columns: [String: Encoding], newline: String = "\n", settings: ShardSettings = ShardSettings()
  ) throws(ShardError) {
    schema = try ShardSchema(format: .json, columns: columns, settings: settings, newline: newline)
    self.newline = newline
  }

  public var emptyByteCount: Int { 0 }
  public var sampleOverhead: Int { 0 }

  public func encode(_ values: [ColumnValue], into output: inout [UInt8]) throws(ShardError) {
    try schema.requireValues(values.count)
    var members = JSONObject()
    for (column, value) in zip(schema.columns, values) {
      switch (column.encoding, value) {
      case (.str, .string(let text)): members.append(column.name, .string(text))
      case (.int, .int(let integer)): members.append(column.name, .integer(JSONInteger(integer)))
      case (.int, .bigInt(let integer)): members.append(column.name, .integer(integer))
      case (.float, .float(let float)): members.append(column.name, .number(float))
      default: throw ShardError.wrongType(value, for: column)
      }
    }
    JSONValue.object(members).encode(into: &output, sortingKeys: true)
    output.append(contentsOf: newline.utf8)
  }

  public func frame(_ ends: [Int]) throws(ShardError) -> ShardFrame {
    try TextFiles.frame(ends, schema: schema, header: [])
  }
}
