import CStreaming
import ColumnarBatch
import DatasetLoading
import PythonJSON
import SampleOrder

/// What `streaming_start` was asked for.
struct StartOptions {
  private(set) var state: CheckpointState?
  private(set) var options = LoaderOptions()

  /// - Parameter text: a JSON object; nil for all defaults.
  init(parsing text: String?) throws(Failure) {
    guard let text else { return }
    var reader = try OptionReader(parsing: text)
    if let list = try reader.list("columns") {
      var columns: [LoaderColumn] = []
      for (number, value) in list.enumerated() { columns.append(try Self.column(value, place: "columns[\(number)].")) }
      options.columns = columns
    }
    options.threads = try Self.count("threads", &reader, in: 1...1024)
    options.prefetchBatches = try Self.count("prefetch_batches", &reader, in: 1...1_000_000)
    options.dropsLast = try reader.bool("drop_last") ?? options.dropsLast
    if let seconds = try reader.number("timeout") {
      guard seconds > 0, seconds <= 1e9 else {
        throw .options("timeout", expected: "seconds above 0, at most 1e9", found: "\(seconds)")
      }
      options.timeout = .milliseconds(max(1, Int64(seconds * 1000)))
    }
    if let state = reader.value("state") {
      self.state = try configured { () throws(ConfigurationError) in try CheckpointState(json: state) }
    }
    try reader.finish()
  }

  private static func count(
    _ name: String, _ reader: inout OptionReader, in range: ClosedRange<Int>
  ) throws(Failure) -> Int? {
    guard let count = try reader.integer(name) else { return nil }
    guard range.contains(count) else {
      throw .options(name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(count)")
    }
    return count
  }

  /// A name, or an object with a name and the form that the column is to have.
  private static func column(_ value: JSONValue, place: String) throws(Failure) -> LoaderColumn {
    if let name = value.string { return LoaderColumn(name) }
    var reader = try OptionReader(value, place: place)
    guard let name = try reader.text("name") else {
      throw .options(place + "name", expected: "the name of a column", found: "nothing")
    }
    var column = LoaderColumn(name)
    if let dtype = try reader.text("dtype") {
      guard let known = DType.allCases.first(where: { "\($0)" == dtype }) else {
        let names = DType.allCases.map { "\($0)" }.joined(separator: ", ")
        throw .options(place + "dtype", expected: "one of \(names)", found: "\"\(dtype)\"")
      }
      column.elementType = known
    }
    column.padding = try padding(&reader, place: place)
    try reader.finish()
    return column
  }

  private static func padding(_ reader: inout OptionReader, place: String) throws(Failure) -> Padding? {
    let length = reader.value("pad_to")
    let multiple = try reader.integer("pad_multiple") ?? 1
    let number = reader.value("pad_value")
    let cuts = try reader.bool("cut") ?? false
    guard let length else { return nil }
    let integer = number.map { $0.int } ?? 0
    guard let value = integer.map(Double.init) ?? number?.double else {
      throw reader.wrong("pad_value", "a number", number ?? .null)
    }
    if length.string == "longest" {
      return integer.map { Padding.toLongest(with: $0, multipleOf: multiple) }
        ?? Padding.toLongest(withFloat: value, multipleOf: multiple)
    }
    guard let length = length.int, length >= 0 else {
      throw reader.wrong("pad_to", "\"longest\" or a length of at least 0", length)
    }
    return integer.map { Padding.to(length: length, with: $0, cuttingLongRows: cuts) }
      ?? Padding.to(length: length, withFloat: value, cuttingLongRows: cuts)
  }
}
