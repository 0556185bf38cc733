internal import BinaryIO
public import PythonJSON

/// A sample: a view of its shard's bytes that cannot outlive the shard, with its columns by name or number.
///
/// Making one and reading bytes, integers and floats allocates nothing. Forms that take a number are the hot ones.
public struct Sample: ~Escapable {
  /// The whole sample's bytes, as they lie in the shard.
  public let rawBytes: RawSpan
  /// The sample's number in its shard.
  public let index: Int
  private let layout: any SampleLayout

  /// Makes a view; for implementers of ``ShardReader``.
  @_lifetime(copy rawBytes)
  public init(rawBytes: RawSpan, index: Int, layout: any SampleLayout) {
    self.rawBytes = rawBytes
    self.index = index
    self.layout = layout
  }

  public var columns: [ColumnSpec] { layout.columns }
  /// The shard's path or name, for messages.
  package var file: String { layout.file }

  /// A column's number.
  /// - Throws: ``ShardError`` `.noSuchColumn`.
  public func number(of column: String) throws(ShardError) -> Int {
    guard let number = layout.columnNumber(column) else {
      throw ShardError.noSuchColumn(column, of: layout.columns, file: layout.file)
    }
    return number
  }

  // MARK: Bytes

  /// The column's bytes as they lie in the shard.
  /// - Throws: ``ShardError`` `.noSuchColumn`, `.badSample`.
  @_lifetime(copy self)
  public func bytes(column: Int) throws(ShardError) -> RawSpan {
    guard column >= 0, column < layout.columnCount else {
      throw ShardError.noSuchColumn("number \(column)", of: layout.columns, file: layout.file)
    }
    do throws(ShardError) {
      let range = try layout.range(of: column, in: rawBytes)
      guard let bytes = rawBytes.slice(range) else {
        throw ShardError(
          .badSample, expected: "the column inside the sample's \(rawBytes.byteCount) bytes",
          found: "\(range)",
          remedy: ShardError.downloadAgain)
      }
      return bytes
    } catch {
      throw located(error, column)
    }
  }

  /// The column's bytes as they lie in the shard; see ``bytes(column:)``.
  @_lifetime(copy self)
  public func bytes(_ column: String) throws(ShardError) -> RawSpan { try bytes(column: number(of: column)) }

  // MARK: Values

  /// The column's value, whatever its type.
  /// - Throws: ``ShardError`` `.undecodable` when the bytes are not what the encoding makes; as ``bytes(column:)``.
  public func value(column: Int) throws(ShardError) -> ColumnValue {
    let bytes = try bytes(column: column)
    do throws(ShardError) {
      return try layout.value(of: column, in: bytes)
    } catch {
      throw located(error, column)
    }
  }

  /// The column's value, whatever its type; see ``value(column:)``.
  public func value(_ column: String) throws(ShardError) -> ColumnValue {
    try value(column: number(of: column))
  }

  /// An integer column's value.
  /// - Throws: ``ShardError`` `.wrongType` for other columns and for an integer outside `Int`; as ``value(column:)``.
  public func int(column: Int) throws(ShardError) -> Int {
    let value = try value(column: column)
    if case .int(let integer) = value { return integer }
    if case .json(.integer(let integer)) = value, let integer = Int(exactly: integer) { return integer }
    throw wrongType(column, "an integer of 64 bits", value)
  }

  /// An integer column's value; see ``int(column:)``.
  public func int(_ column: String) throws(ShardError) -> Int { try int(column: number(of: column)) }

  /// A float column's value, widened to `Double`.
  /// - Throws: ``ShardError`` `.wrongType` for other columns; as ``value(column:)``.
  public func double(column: Int) throws(ShardError) -> Double {
    let value = try value(column: column)
    switch value {
    case .float(let float): return float
    case .float32(let float): return Double(float)
    case .float16(let float): return Double(float)
    case .json(.number(let float)): return float
    default: throw wrongType(column, "a float", value)
    }
  }

  /// A float column's value; see ``double(column:)``.
  public func double(_ column: String) throws(ShardError) -> Double { try double(column: number(of: column)) }

  /// A text column's value.
  /// - Throws: ``ShardError`` `.wrongType` for other columns; as ``value(column:)``.
  public func string(column: Int) throws(ShardError) -> String {
    let value = try value(column: column)
    switch value {
    case .string(let text), .decimal(let text), .json(.string(let text)): return text
    default: throw wrongType(column, "a string", value)
    }
  }

  /// A text column's value; see ``string(column:)``.
  public func string(_ column: String) throws(ShardError) -> String { try string(column: number(of: column)) }

  /// A JSON column's value.
  /// - Throws: ``ShardError`` `.wrongType` for other columns; as ``value(column:)``.
  public func json(_ column: String) throws(ShardError) -> JSONValue {
    let number = try number(of: column)
    let value = try value(column: number)
    guard case .json(let json) = value else { throw wrongType(number, "a JSON value", value) }
    return json
  }

  /// An array column as a view: type, shape, and the elements where they lie in the shard.
  /// - Throws: ``ShardError`` `.wrongType` for other columns, `.undecodable`; as ``bytes(column:)``.
  @_lifetime(copy self)
  public func ndarray(column: Int) throws(ShardError) -> NDArrayView {
    let bytes = try bytes(column: column)
    guard case .ndarray(let layout) = self.layout.columns[column].encoding else {
      throw wrongType(column, "an ndarray column", self.layout.columns[column].encodingName)
    }
    do throws(ShardError) {
      return try NDArrayView(bytes, layout: layout)
    } catch {
      throw located(error, column)
    }
  }

  /// An array column as a view; see ``ndarray(column:)``.
  @_lifetime(copy self)
  public func ndarray(_ column: String) throws(ShardError) -> NDArrayView {
    try ndarray(column: number(of: column))
  }

  /// A `pil` column as a view: mode, size, and the pixels where they lie in the shard.
  /// - Throws: ``ShardError`` `.wrongType` for other columns, `.undecodable`; as ``bytes(column:)``.
  @_lifetime(copy self)
  public func image(_ column: String) throws(ShardError) -> RawImageView {
    let number = try number(of: column)
    let bytes = try bytes(column: number)
    guard layout.columns[number].encoding == .pil else {
      throw wrongType(number, "a pil column", layout.columns[number].encodingName)
    }
    do throws(ShardError) {
      return try RawImageView(bytes)
    } catch {
      throw located(error, number)
    }
  }

  /// Every column's value by name.
  /// - Throws: as ``value(column:)``, at the first column that cannot be read.
  public func values() throws(ShardError) -> [String: ColumnValue] {
    var values: [String: ColumnValue] = [:]
    for number in layout.columns.indices { values[layout.columns[number].name] = try value(column: number) }
    return values
  }

  // MARK: Errors

  private func located(_ error: ShardError, _ column: Int) -> ShardError {
    error.at(file: layout.file, sample: index, column: layout.columns[column].name)
  }

  private func wrongType(_ column: Int, _ expected: String, _ value: ColumnValue) -> ShardError {
    wrongType(column, expected, value.kind)
  }

  private func wrongType(_ column: Int, _ expected: String, _ found: String) -> ShardError {
    ShardError(
      .wrongType, file: layout.file, sample: index, column: layout.columns[column].name, expected: expected,
      found: found, remedy: "read the column with the accessor of its encoding")
  }
}

extension ShardError {
  /// No column of that name.
  package static func noSuchColumn(_ name: String, of columns: [ColumnSpec], file: String) -> ShardError {
    let names = columns.prefix(20).map(\.name).joined(separator: ", ")
    return ShardError(
      .noSuchColumn, file: file, column: name, expected: "one of \(names)", found: "\"\(name)\"",
      remedy: "`streaming inspect` lists the columns of a data set")
  }

  /// No sample of that number.
  package static func noSuchSample(_ index: Int, count: Int, file: String) -> ShardError {
    ShardError(
      .noSuchSample, file: file, sample: index, expected: "a number from 0 up to \(count), without it",
      found: "\(index)",
      remedy: "ask the reader for its count")
  }
}
