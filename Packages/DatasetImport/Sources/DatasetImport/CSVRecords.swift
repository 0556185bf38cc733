public import ShardFormats

/// Reads comma-separated records as RFC 4180 has them: a header line, quotes, doubled quotes, line breaks within quotes.
///
/// This is for import: data sets of format `csv` have no quotes. Lines end in LF, CRLF or the file's end; a byte order mark is
/// skipped, and so are empty lines. Holds one record and a buffer of 256 KiB, whatever the file's size.
///
/// A column of an array of fixed shape that the header does not name takes as many columns of its name with numbers from 0 on:
/// `pixel:ndarray:uint8:8,8` takes `pixel0` … `pixel63`, or `pixel_0` ….
public struct CSVRecords: RecordSource {
  private var chunks: FileChunks
  private let separator: UInt8
  private let recordLimit: Int
  private var targets: [(column: ColumnSpec, fields: Range<Int>, order: [Int])] = []
  private var headerCount = 0

  private var record: [UInt8] = []
  private var ends: [Int] = []
  private var line = 1
  private var recordLine = 1

  /// Opens a file and reads its header.
  /// - Parameter separator: what stands between fields: a comma, or a tab for TSV.
  /// - Parameter header: the names of the fields when the file has no header line.
  /// - Parameter recordLimit: the longest record in bytes: a quote that is never closed ends there, not in memory.
  /// - Throws: ``ImportError`` `.unreadable`, `.missingColumn`, `.badColumns` for encodings that text cannot give.
  public init(
    path: String, columns: ImportColumns, separator: Unicode.Scalar = ",", header: [String]? = nil,
    recordLimit: Int = 1 << 26
  ) throws(ImportError) {
    chunks = try FileChunks(path: path)
    self.separator = UInt8(truncatingIfNeeded: separator.value)
    self.recordLimit = recordLimit
    guard separator.isASCII, ![0x0A, 0x0D, 0x22].contains(separator.value) else {
      throw ImportError(
        .badColumns, file: path, expected: "an ASCII separator other than quote and line break",
        found: "\"\(separator)\"", remedy: "Choose another separator")
    }
    let names: [String]
    if let header {
      names = header
    } else if try readRecord() {
      names = try ends.indices.map { (number: Int) throws(ImportError) in try text(number) }
    } else {
      names = []
    }
    headerCount = names.count
    for column in columns.columns {
      try TextValue.check(column.encoding, of: column.name, file: path)
      targets.append(try Self.target(column, names, path))
    }
  }

  public var position: (byteCount: Int, of: Int) { (chunks.offset, chunks.byteCount) }

  public mutating func next() throws(ImportError) -> [String: ColumnValue]? {
    guard try readRecord() else { return nil }
    guard ends.count == headerCount else {
      throw broken("\(headerCount) fields, as the header has", "\(ends.count)")
    }
    var sample: [String: ColumnValue] = [:]
    for target in targets {
      do throws(ImportError) {
        if target.order.isEmpty {
          sample[target.column.name] = try TextValue.value(
            of: try text(target.fields.lowerBound), column: target.column)
        } else {
          var texts: [String] = []
          for field in target.order { texts.append(try text(field)) }
          sample[target.column.name] = try TextValue.array(of: texts, column: target.column)
        }
      } catch {
        throw error.at(file: chunks.path, line: recordLine)
      }
    }
    return sample
  }

  // MARK: Columns

  private static func target(
    _ column: ColumnSpec, _ names: [String], _ path: String
  ) throws(ImportError) -> (column: ColumnSpec, fields: Range<Int>, order: [Int]) {
    let places = names.indices.filter { names[$0] == column.name }
    if places.count == 1 { return (column, places[0]..<places[0] + 1, []) }
    if places.isEmpty, case .ndarray(let layout) = column.encoding, let shape = layout.shape {
      let count = shape.reduce(1, *)
      for infix in ["", "_"] {
        let order = (0..<min(count, names.count)).compactMap {
          names.firstIndex(of: column.name + infix + String($0))
        }
        if order.count == count { return (column, 0..<0, order) }
      }
    }
    throw ImportError(
      .missingColumn, file: path, line: 1, column: column.name,
      expected: "one column of that name in the header",
      found: places.isEmpty ? "\(names.prefix(20).joined(separator: ", "))" : "\(places.count)",
      remedy: "Name columns of the file")
  }

  // MARK: Parsing

  private func text(_ field: Int) throws(ImportError) -> String {
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
  private mutating func readRecord() throws(ImportError) -> Bool {
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
          chunks.take(until: separator, 0x0A, 0x0D, into: &record)
          if let quote = record[(ends.last ?? 0)...].firstIndex(of: 0x22), quote >= 0 {
            throw broken("quotes around a whole field", "one inside")
          }
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

  private func broken(_ expected: String, _ found: String) -> ImportError {
    ImportError(
      .badRecord, file: chunks.path, line: recordLine, expected: expected, found: found,
      remedy: "Correct the line, or quote fields that hold quotes, separators or line breaks")
  }
}
