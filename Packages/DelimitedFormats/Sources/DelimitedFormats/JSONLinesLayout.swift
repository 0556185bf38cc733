internal import PythonJSON
internal import ShardFormats

/// Columns of a line that is a JSON object; a column's bytes are its value's JSON text.
final class JSONLinesLayout: SampleLayout {
  let file: String
  let columns: [ColumnSpec]
  private let numbers: ColumnNumbers

  init(file: String, columns: [ColumnSpec]) {
    self.file = file
    self.columns = columns
    numbers = ColumnNumbers(columns)
  }

  func columnNumber(_ name: String) -> Int? { numbers[name] }

  /// Members that are no columns are ignored; of equal names the last wins, as in Python.
  func range(of column: Int, in line: RawSpan) throws(ShardError) -> Range<Int> {
    let name = columns[column].name
    var found: Range<Int>?
    var cursor = JSONCursor(line)
    do throws(ShardError) {
      try cursor.open("{", "a JSON object")
      while let key = try cursor.nextKey() {
        let isColumn = try cursor.text(key).utf8.elementsEqual(name.utf8)
        let value = try cursor.skippedValue()
        if isColumn { found = value }
      }
      try cursor.requireEnd()
    } catch {
      throw ShardError(
        .badSample, expected: error.expected,
        found: "\(error.found) at byte \(error.byteOffset ?? 0) of the line",
        remedy: ShardError.downloadAgain, cause: error)
    }
    guard let found else {
      throw ShardError(
        .badSample, expected: "a member \"\(name)\" in the line", found: "none",
        remedy: ShardError.downloadAgain)
    }
    return found
  }

  func value(of column: Int, in bytes: RawSpan) throws(ShardError) -> ColumnValue {
    guard case .json(let json) = try Encoding.json.decode(bytes) else { return .json(.null) }
    switch (columns[column].encoding, json) {
    case (.str, .string(let text)): return .string(text)
    case (.int, .integer(let integer)): return .integer(integer)
    case (.float, .number(let float)): return .float(float)
    // Python tells 1 from 1.0 and upstream's writer refuses the first for a float; other tools' files may have it.
    case (.float, .integer(let integer)): return .float(Double(integer))
    default:
      throw ShardError(
        .undecodable, expected: "a value of encoding \(columns[column].encodingName)", found: json.kind,
        remedy: "write the column with the encoding of its values")
    }
  }
}
