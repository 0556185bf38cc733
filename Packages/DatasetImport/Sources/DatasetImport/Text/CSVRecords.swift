public import ShardFormats

/// Reads comma-separated records as RFC 4180 has them: a header line, quotes, doubled quotes, line breaks within quotes.
///
/// This is for import: data sets of format `csv` have no quotes. The file may be compressed; `-` is the standard input.
/// Lines end in LF, CRLF or the file's end; a byte order mark is skipped, and so are empty lines. Holds one record and a
/// buffer of 256 KiB, whatever the file's size.
///
/// A column of an array of fixed shape that the header does not name takes as many columns of its name with numbers from 0 on:
/// `pixel:ndarray:uint8:8,8` takes `pixel0` … `pixel63`, or `pixel_0` ….
public struct CSVRecords: RecordSource {
  private var parser: CSVParser
  private var targets: [(column: ColumnSpec, fields: Range<Int>, order: [Int])] = []
  private var headerCount = 0

  /// Opens a file and reads its header.
  /// - Parameter separator: what stands between fields: a comma, or a tab for TSV.
  /// - Parameter header: the names of the fields when the file has no header line.
  /// - Parameter recordLimit: the longest record in bytes: a quote that is never closed ends there, not in memory.
  /// - Throws: ``ImportError`` `.unreadable`, `.missingColumn`, `.badColumns` for encodings that text cannot give.
  public init(
    path: String, columns: ImportColumns, separator: Unicode.Scalar = ",", header: [String]? = nil,
    recordLimit: Int = 1 << 26
  ) throws(ImportError) {
    parser = try CSVParser(path: path, separator: separator, recordLimit: recordLimit)
    let names: [String]
    if let header {
      names = header
    } else {
      names = try parser.readRecord() ? try parser.texts() : []
    }
    headerCount = names.count
    for column in columns.columns {
      try TextValue.check(column.encoding, of: column.name, file: parser.path)
      targets.append(try Self.target(column, names, parser.path))
    }
  }

  public var position: (byteCount: Int, of: Int?) { parser.position }

  public mutating func next() throws(ImportError) -> [String: ColumnValue]? {
    guard try parser.readRecord() else { return nil }
    guard parser.fieldCount == headerCount else {
      throw parser.broken("\(headerCount) fields, as the header has", "\(parser.fieldCount)")
    }
    var sample: [String: ColumnValue] = [:]
    for target in targets {
      do throws(ImportError) {
        if target.order.isEmpty {
          sample[target.column.name] = try TextValue.value(
            of: try parser.text(target.fields.lowerBound), column: target.column)
        } else {
          var texts: [String] = []
          for field in target.order { texts.append(try parser.text(field)) }
          sample[target.column.name] = try TextValue.array(of: texts, column: target.column)
        }
      } catch {
        throw error.at(file: parser.path, line: parser.recordLine)
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
}
