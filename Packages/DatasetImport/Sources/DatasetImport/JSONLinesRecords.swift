internal import PythonJSON
public import ShardFormats

/// Reads JSON lines: an object per line, empty lines skipped. Holds one line and a buffer of 256 KiB.
///
/// Members that no column names are ignored. Strings of columns of bytes or images are base64; arrays may be lists or, as
/// `pil` images must, have the form that `streaming head --json` prints.
public struct JSONLinesRecords: RecordSource {
  private var chunks: FileChunks
  private let columns: [ColumnSpec]
  private let recordLimit: Int
  private var line = 0

  /// Opens a file.
  /// - Parameter recordLimit: the longest line in bytes.
  /// - Parameter allowsPickles: whether `pkl` columns may be written: base64, never looked into, but Python runs them.
  /// - Throws: ``ImportError`` `.unreadable`, `.badColumns` for pickles without leave.
  public init(
    path: String, columns: ImportColumns, recordLimit: Int = 1 << 28, allowsPickles: Bool = false
  ) throws(ImportError) {
    chunks = try FileChunks(path: path)
    self.columns = columns.columns
    self.recordLimit = recordLimit
    for column in columns.columns {
      try MemberValue.check(column.encoding, of: column.name, file: path, allowsPickles: allowsPickles)
    }
  }

  public var position: (byteCount: Int, of: Int) { (chunks.offset, chunks.byteCount) }

  public mutating func next() throws(ImportError) -> [String: ColumnValue]? {
    guard let bytes = try readLine() else { return nil }
    do throws(ImportError) {
      let object = try parse(bytes)
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
      throw error.at(file: chunks.path, line: line)
    }
  }

  private func parse(_ bytes: [UInt8]) throws(ImportError) -> JSONObject {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: bytes.span.bytes) } catch {
      throw ImportError(
        .badRecord, expected: error.expected, found: "\(error.found) at byte \(error.byteOffset) of the line",
        remedy: "Write one JSON object per line", cause: error)
    }
    guard let object = value.object else {
      throw ImportError(
        .badRecord, expected: "a JSON object", found: value.kind, remedy: "Write one JSON object per line")
    }
    return object
  }

  /// The next line that is not empty, without its end.
  private mutating func readLine() throws(ImportError) -> [UInt8]? {
    var bytes: [UInt8] = []
    while let byte = try chunks.peek() {
      guard byte == 0x0A else {
        chunks.take(until: 0x0A, 0x0A, 0x0A, into: &bytes)
        guard bytes.count <= recordLimit else {
          throw ImportError(
            .recordTooLong, file: chunks.path, line: line + 1,
            expected: "a line of at most \(recordLimit) bytes",
            found: "a longer one", remedy: "Raise the limit if this is JSON lines")
        }
        continue
      }
      chunks.skip()
      line += 1
      if bytes.contains(where: { !Self.isBlank($0) }) { return bytes }
      bytes.removeAll(keepingCapacity: true)
    }
    guard bytes.contains(where: { !Self.isBlank($0) }) else { return nil }
    line += 1
    return bytes
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
