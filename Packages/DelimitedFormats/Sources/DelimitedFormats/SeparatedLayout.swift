internal import BinaryIO
internal import ShardFormats

/// Columns of a line by separators: no quotes, no escapes, as upstream writes them.
final class SeparatedLayout: SampleLayout {
  let file: String
  let columns: [ColumnSpec]
  private let numbers: ColumnNumbers
  private let separator: [UInt8]

  init(file: String, columns: [ColumnSpec], separator: String) {
    self.file = file
    self.columns = columns
    numbers = ColumnNumbers(columns)
    self.separator = Array(separator.utf8)
  }

  func columnNumber(_ name: String) -> Int? { numbers[name] }

  /// Scans the whole line: upstream drops what is too much and leaves out what is missing; here both are errors.
  func range(of column: Int, in line: RawSpan) throws(ShardError) -> Range<Int> {
    var start = 0
    var number = 0
    var found = 0..<0
    var position = 0
    let last = line.byteCount - separator.count
    while position <= last {
      guard isSeparator(line, at: position) else {
        position += 1
        continue
      }
      if number == column { found = start..<position }
      number += 1
      position += separator.count
      start = position
    }
    if number == column { found = start..<line.byteCount }
    guard number + 1 == columns.count else {
      throw ShardError(
        .badSample, expected: "\(columns.count) columns in the line", found: "\(number + 1)",
        remedy: ShardError.downloadAgain)
    }
    return found
  }

  @inline(__always)
  private func isSeparator(_ line: RawSpan, at position: Int) -> Bool {
    for index in separator.indices
    where line.unsafeLoad(fromByteOffset: position + index, as: UInt8.self) != separator[index] {
      return false
    }
    return true
  }

  func value(of column: Int, in bytes: RawSpan) throws(ShardError) -> ColumnValue {
    switch columns[column].encoding {
    case .int: try Encoding.strInt.decode(bytes)
    case .float: try Encoding.strFloat.decode(bytes)
    default: try Encoding.str.decode(bytes)
    }
  }
}
