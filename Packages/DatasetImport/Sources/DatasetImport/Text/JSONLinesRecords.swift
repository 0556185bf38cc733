internal import PythonJSON
public import ShardFormats

/// Reads JSON lines: an object per line, empty lines skipped. Holds one line and a buffer of 256 KiB.
///
/// The file may be compressed; `-` is the standard input. Members that no column names are ignored. Strings of columns of
/// bytes or images are base64; arrays may be lists or, as `pil` images must, have the form that `streaming head --json` prints.
public struct JSONLinesRecords: RecordSource {
  private var parser: JSONLinesParser
  private let columns: [ColumnSpec]

  /// Opens a file.
  /// - Parameter recordLimit: the longest line in bytes.
  /// - Parameter allowsPickles: whether `pkl` columns may be written: base64, never looked into, but Python runs them.
  /// - Throws: ``ImportError`` `.unreadable`, `.badColumns` for pickles without leave.
  public init(
    path: String, columns: ImportColumns, recordLimit: Int = 1 << 28, allowsPickles: Bool = false
  ) throws(ImportError) {
    parser = try JSONLinesParser(path: path, recordLimit: recordLimit)
    self.columns = columns.columns
    for column in columns.columns {
      try MemberValue.check(column.encoding, of: column.name, file: parser.path, allowsPickles: allowsPickles)
    }
  }

  public var position: (byteCount: Int, of: Int?) { parser.position }

  public mutating func next() throws(ImportError) -> [String: ColumnValue]? {
    guard let object = try parser.next() else { return nil }
    do throws(ImportError) {
      var sample: [String: ColumnValue] = [:]
      for column in columns {
        guard let member = object[column.name] else {
          throw ImportError(
            .missingColumn, column: column.name, expected: "a member of that name", found: "none",
            remedy: "Give each line a member for each column")
        }
        sample[column.name] = try MemberValue.value(of: member, column: column)
      }
      return sample
    } catch {
      throw error.at(file: parser.path, line: parser.line)
    }
  }
}
