public import ShardFormats

/// The columns of a data set to be, as the text `name:encoding,name:encoding` gives them.
///
/// Encodings are those of the format, such as `int`, `str`, `ndarray:float32:8,8`. A part without a colon is a further
/// dimension of the array before it.
public struct ImportColumns: Sendable, Hashable {
  /// Names and encodings, in the order given.
  public let columns: [ColumnSpec]

  /// Takes columns as they are.
  /// - Throws: ``ImportError`` `.badColumns` for none, or a name given twice.
  public init(_ columns: [ColumnSpec]) throws(ImportError) {
    guard !columns.isEmpty else { throw Self.unusable("at least one column", "none") }
    var names = Set<String>()
    for column in columns where !names.insert(column.name).inserted {
      throw Self.unusable("each column once", "`\(column.name)` twice")
    }
    self.columns = columns
  }

  /// Reads the text of a command line.
  /// - Throws: ``ImportError`` `.badColumns`.
  public init(parsing text: String) throws(ImportError) {
    var parts: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      if !part.contains(":"), let last = parts.last, last.contains(":ndarray:"), Int(part) != nil {
        parts[parts.count - 1] = last + "," + part
      } else {
        parts.append(String(part))
      }
    }
    var columns: [ColumnSpec] = []
    for part in parts {
      guard let colon = part.firstIndex(of: ":"), colon > part.startIndex else {
        throw Self.unusable("columns written as name:encoding", "\"\(part)\"")
      }
      let name = String(part[..<colon])
      do throws(ShardError) {
        let encoding = try Encoding(parsing: String(part[part.index(after: colon)...]))
        columns.append(ColumnSpec(name: name, encoding: encoding))
      } catch {
        throw ImportError(
          .badColumns, column: name, expected: error.expected, found: error.found,
          remedy: "Write the columns as name:encoding,name:encoding", cause: error)
      }
    }
    try self.init(columns)
  }

  /// Names and encodings, as writers take them.
  public var encodings: [String: Encoding] {
    Dictionary(columns.map { ($0.name, $0.encoding) }, uniquingKeysWith: { first, _ in first })
  }

  /// The fields of a table that has these columns in this order and no header: an array of fixed shape takes a field for each
  /// element, any other column one.
  public var fieldNames: [String] {
    columns.flatMap { column in
      guard case .ndarray(let layout) = column.encoding, let shape = layout.shape else { return [column.name] }
      return (0..<shape.reduce(1, *)).map { column.name + String($0) }
    }
  }

  private static func unusable(_ expected: String, _ found: String) -> ImportError {
    ImportError(
      .badColumns, expected: expected, found: found,
      remedy: "Write the columns as name:encoding,name:encoding")
  }
}
