internal import PythonJSON
internal import ShardFormats

extension ImportColumns {
  /// Tells the columns of a table from its header and first records.
  ///
  /// A column of whole numbers becomes `int`, one of numbers `float64`, any other `str`; so do numbers that would not come
  /// out as they are written, such as `007`. A record further down may still not fit: that is told when it comes.
  /// - Parameter recordCount: how many records to look at.
  /// - Throws: ``ImportError`` as ``CSVRecords``; `.badColumns` for a file without records.
  public static func inferred(
    fromCSV path: String, separator: Unicode.Scalar = ",", recordCount: Int = 1000
  ) throws(ImportError) -> ImportColumns {
    var parser = try CSVParser(path: path, separator: separator, recordLimit: 1 << 26)
    let names = try parser.readRecord() ? try parser.texts() : []
    var guesses = names.map { _ in ColumnGuess() }
    var count = 0
    while count < recordCount, try parser.readRecord() {
      count += 1
      guard parser.fieldCount == names.count else {
        throw parser.broken("\(names.count) fields, as the header has", "\(parser.fieldCount)")
      }
      for field in names.indices { guesses[field].see(text: try parser.text(field)) }
    }
    guard count > 0 else { throw nothingToInferFrom(path) }
    guard Set(names).count == names.count else {
      throw ImportError(
        .badColumns, file: path, line: 1, expected: "a header with each name once", found: "a name twice",
        remedy: "say which columns to take and, if the file has no header, that it has none")
    }
    return try ImportColumns(zip(names, guesses).map { ColumnSpec(name: $0, encoding: $1.encoding) })
  }

  /// Tells the columns of JSON lines from the first of them.
  ///
  /// Integers become `int` (`str_int` beyond 64 bits), numbers `float64`, strings `str`, all else and mixtures `json`.
  /// Columns are the members that all of the lines have.
  /// - Throws: ``ImportError`` as ``JSONLinesRecords``; `.badColumns` for a file without lines, and for a member that some
  ///   of the lines don't have.
  public static func inferred(
    fromJSONLines path: String, recordCount: Int = 1000
  ) throws(ImportError) -> ImportColumns {
    var parser = try JSONLinesParser(path: path, recordLimit: 1 << 28)
    var names: [String] = []
    var guesses: [String: ColumnGuess] = [:]
    var count = 0
    while count < recordCount, let object = try parser.next() {
      count += 1
      for (name, value) in object {
        if guesses[name] == nil { names.append(name) }
        guesses[name, default: ColumnGuess()].see(value)
      }
    }
    guard count > 0 else { throw nothingToInferFrom(path) }
    var columns: [ColumnSpec] = []
    for name in names {
      guard let guess = guesses[name], guess.count == count else {
        throw ImportError(
          .badColumns, file: path, column: name, expected: "each member in all lines",
          found: "it in \(guesses[name]?.count ?? 0) of the first \(count)",
          remedy: "say which columns to take and as what")
      }
      columns.append(ColumnSpec(name: name, encoding: guess.encoding))
    }
    return try ImportColumns(columns)
  }

  /// The same columns as the text formats can hold them: `float` where MDS has `float64`.
  public func forText() throws(ImportError) -> ImportColumns {
    try ImportColumns(
      columns.map { $0.encoding == .float64 ? ColumnSpec(name: $0.name, encoding: .float) : $0 })
  }

  private static func nothingToInferFrom(_ path: String) -> ImportError {
    ImportError(
      .badColumns, file: path, expected: "at least one record to tell the columns from", found: "none",
      remedy: "say which columns to take and as what")
  }
}

/// What the values of a column have in common so far.
private struct ColumnGuess {
  private var isInteger = true
  private var isLong = false
  private var isNumber = true
  private var isString = true
  private(set) var count = 0
  private var isText = false

  mutating func see(text: String) {
    count += 1
    isText = true
    let integer = pythonInteger(text)
    if integer?.text != text || integer.flatMap({ Int($0.text) }) == nil { isInteger = false }
    if pythonFloat(text) == nil || (integer != nil && integer?.text != text) { isNumber = false }
  }

  mutating func see(_ json: JSONValue) {
    count += 1
    switch json {
    case .integer(let integer):
      isString = false
      if Int(integer.text) == nil { isLong = true }
    case .number: (isString, isInteger) = (false, false)
    case .string: (isNumber, isInteger) = (false, false)
    default: (isString, isNumber, isInteger) = (false, false, false)
    }
  }

  var encoding: Encoding {
    if isInteger { return isLong ? .strInt : .int }
    if isNumber { return .float64 }
    return isText || isString ? .str : .json
  }
}
