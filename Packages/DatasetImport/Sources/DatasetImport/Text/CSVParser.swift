/// Splits comma-separated text into records of fields as RFC 4180 has them; see ``CSVRecords``.
struct CSVParser: Sendable {
  private var chunks: FileChunks
  private let separator: UInt8
  private let recordLimit: Int

  private var record: [UInt8] = []
  private var ends: [Int] = []
  private var line = 1
  /// The line that the record begins at.
  private(set) var recordLine = 1

  init(path: String, separator: Unicode.Scalar, recordLimit: Int) throws(ImportError) {
    guard separator.isASCII, ![0x0A, 0x0D, 0x22].contains(separator.value) else {
      throw ImportError(
        .badColumns, file: path, expected: "an ASCII separator other than quote and line break",
        found: "\"\(separator)\"", remedy: "Choose another separator")
    }
    chunks = try FileChunks(path: path)
    self.separator = UInt8(truncatingIfNeeded: separator.value)
    self.recordLimit = recordLimit
  }

  var path: String { chunks.path }
  var position: (byteCount: Int, of: Int?) { chunks.position }
  /// The fields of the record.
  var fieldCount: Int { ends.count }

  /// The texts of all fields.
  func texts() throws(ImportError) -> [String] {
    try ends.indices.map { (number: Int) throws(ImportError) in try text(number) }
  }

  /// The text of a field.
  func text(_ field: Int) throws(ImportError) -> String {
    let start = field == 0 ? 0 : ends[field - 1]
    guard let text = String(validating: record[start..<ends[field]], as: UTF8.self) else {
      throw ImportError(
        .badRecord, file: chunks.path, line: recordLine, expected: "UTF-8",
        found: "other bytes in field \(field + 1)",
        remedy: "Convert the file to UTF-8")
    }
    return text
  }

  /// Reads the fields of the next record that is not an empty line.
  mutating func readRecord() throws(ImportError) -> Bool {
    repeat {
      record.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
      recordLine = line
      guard try chunks.peek() != nil else { return false }
      while try readField() {}
    } while ends == [0]
    return true
  }

  /// Reads a field and what ends it; false when that was the record's end.
  private mutating func readField() throws(ImportError) -> Bool {
    let isQuoted = try chunks.peek() == 0x22
    if isQuoted {
      chunks.skip()
      try readQuoted()
    } else {
      while let byte = try chunks.peek(), byte != separator, byte != 0x0A {
        if byte == 0x22 { throw broken("quotes around a whole field", "one inside") }
        if byte == 0x0D {
          chunks.skip()
          if try chunks.peek() == 0x0A { break }
          record.append(0x0D)
        } else {
          let start = record.count
          chunks.take(until: separator, 0x0A, 0x0D, into: &record)
          if record[start...].contains(0x22) { throw broken("quotes around a whole field", "one inside") }
        }
        try checkLength()
      }
    }
    ends.append(record.count)
    guard let end = try chunks.peek() else { return false }
    chunks.skip()
    if end == separator { return true }
    if end == 0x0D, isQuoted, try chunks.peek() == 0x0A {
      chunks.skip()
    } else if end != 0x0A {
      throw broken("the separator or the line's end after a closing quote", "another character")
    }
    line += 1
    return false
  }

  private mutating func readQuoted() throws(ImportError) {
    while let byte = try chunks.peek() {
      if byte == 0x22 {
        chunks.skip()
        guard try chunks.peek() == 0x22 else { return }
        chunks.skip()
        record.append(0x22)
      } else if byte == 0x0A {
        chunks.skip()
        line += 1
        record.append(0x0A)
      } else {
        chunks.take(until: 0x22, 0x0A, 0x22, into: &record)
      }
      try checkLength()
    }
    throw broken("a closing quote", "the file's end")
  }

  private func checkLength() throws(ImportError) {
    guard record.count > recordLimit else { return }
    throw ImportError(
      .recordTooLong, file: chunks.path, line: recordLine,
      expected: "a record of at most \(recordLimit) bytes",
      found: "a longer one", remedy: "Check for a quote that is not closed, or raise the limit")
  }

  func broken(_ expected: String, _ found: String) -> ImportError {
    ImportError(
      .badRecord, file: chunks.path, line: recordLine, expected: expected, found: found,
      remedy: "Correct the line, or quote fields that hold quotes, separators or line breaks")
  }
}
