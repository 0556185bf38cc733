public import BinaryIO
public import ShardFormats

/// A CSV, TSV, XSV or JSON-lines shard: a mapped data file, and the offsets of its lines from the `.meta` file.
///
/// A sample is a view of its line, without what ends it; columns are found when they are read, so reading a text column
/// costs a scan of the line. Immutable; any thread may read.
public final class TextShard: ShardReader {
  public let data: MappedFile
  /// The number of samples.
  public let count: Int
  public let info: ShardInfo

  private let offsets: [UInt32]
  private let newline: [UInt8]
  private let layout: any SampleLayout

  /// Opens a shard that the index describes. The `.meta` file is not needed afterwards.
  /// - Throws: ``ShardError`` `.disagreesWithIndex` when format, sizes, number of samples or the header line are others than
  ///   the index tells; `.truncated`; `.badOffset` naming the first offset that goes backwards or leaves the lines.
  public init(data: MappedFile, meta: MappedFile, info: ShardInfo) throws(ShardError) {
    guard info.format.hasMeta, let rawMeta = info.rawMeta else {
      throw ShardError(
        .disagreesWithIndex, file: data.path, expected: "a shard of lines",
        found: "\(info.format) in the index",
        remedy: "open it with the reader of its format")
    }
    for (file, described) in [(meta, rawMeta), (data, info.rawData)]
    where file.byteCount != described.byteCount {
      throw ShardError(
        .disagreesWithIndex, file: file.path, byteOffset: min(file.byteCount, described.byteCount),
        expected: "\(described.byteCount) bytes as in the index", found: "\(file.byteCount)",
        remedy: ShardError.downloadAgain)
    }
    let found = try OffsetTable.sampleCount(of: meta)
    guard found == info.sampleCount else {
      throw ShardError(
        .disagreesWithIndex, file: meta.path, byteOffset: 0,
        expected: "\(info.sampleCount) samples as in the index",
        found: "\(found)", remedy: ShardError.downloadAgain)
    }
    let header = TextShard.headerLine(of: info.schema)
    guard let start = data.bytes.slice(0..<header.count), start.isEqual(to: header.span.bytes) else {
      throw ShardError(
        .disagreesWithIndex, file: data.path, byteOffset: 0, expected: "a line with the index's column names",
        found: "another start of the file", remedy: ShardError.downloadAgain)
    }
    offsets = try OffsetTable.offsets(of: meta, sampleCount: found, first: header.count, end: data.byteCount)
    guard Int(offsets[0]) == header.count else {
      throw ShardError(
        .badOffset, file: meta.path, byteOffset: 4, sample: 0,
        expected: "\(header.count), the end of the header line",
        found: "\(offsets[0])", remedy: ShardError.downloadAgain)
    }
    count = found
    newline = Array((info.newline ?? "\n").utf8)
    layout =
      info.format == .json
      ? JSONLinesLayout(file: data.path, columns: info.columns)
      : SeparatedLayout(file: data.path, columns: info.columns, separator: info.schema.effectiveSeparator)
    self.data = data
    self.info = info
  }

  /// The columns, in the order of their numbers.
  public var columns: [ColumnSpec] { info.columns }

  public func columnNumber(_ name: String) throws(ShardError) -> Int {
    guard let number = layout.columnNumber(name) else {
      throw ShardError.noSuchColumn(name, of: columns, file: data.path)
    }
    return number
  }

  /// The `index`-th sample, a view of its line.
  /// - Throws: ``ShardError`` `.noSuchSample`; `.badSample` when the line does not end as lines of the shard do.
  @_lifetime(borrow self)
  public borrowing func sample(at index: Int) throws(ShardError) -> Sample {
    guard index >= 0, index < count else {
      throw ShardError.noSuchSample(index, count: count, file: data.path)
    }
    let range = Int(offsets[index])..<Int(offsets[index + 1])
    let end = range.upperBound - newline.count
    guard end >= range.lowerBound, TextShard.holds(newline, at: end, in: data) else {
      throw ShardError(
        .badSample, file: data.path, byteOffset: range.upperBound, sample: index,
        expected: "the line's end before the next sample", found: "other bytes",
        remedy: ShardError.downloadAgain)
    }
    // Safe because the range is inside the mapping, which `data` keeps, which this object holds until it goes itself.
    let line = UnsafeRawBufferPointer(
      start: data.baseAddress + range.lowerBound, count: end - range.lowerBound
    ).bytes
    return Sample(rawBytes: _overrideLifetime(line, borrowing: self), index: index, layout: layout)
  }

  private static func holds(_ text: [UInt8], at byteOffset: Int, in file: MappedFile) -> Bool {
    guard let bytes = file.bytes.slice(byteOffset..<byteOffset + text.count) else { return false }
    return bytes.isEqual(to: text.span.bytes)
  }

  /// The first line of a CSV, TSV or XSV file; empty for JSON lines.
  static func headerLine(of schema: ShardSchema) -> [UInt8] {
    guard schema.format != .json else { return [] }
    let names = schema.columns.map(\.name).joined(separator: schema.effectiveSeparator)
    return Array((names + (schema.newline ?? "\n")).utf8)
  }
}

extension ShardSchema {
  /// What stands between columns: the index has it for `xsv` only.
  var effectiveSeparator: String {
    switch format {
    case .tsv: "\t"
    case .xsv: separator ?? ","
    default: ","
    }
  }
}
