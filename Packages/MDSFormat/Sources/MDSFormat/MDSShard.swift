public import BinaryIO
public import ShardFormats

/// An MDS shard, mapped: samples are views of the file, made without a copy or an allocation.
///
/// `init` checks the header and every offset once, so that a sample's place needs no further check; the sizes inside a sample
/// are checked whenever one of its columns is read. Immutable; any thread may read.
public final class MDSShard: ShardReader {
  /// The mapped file.
  public let file: MappedFile
  /// The number of samples.
  public let count: Int
  public let info: ShardInfo
  /// Where each sample lies: checked to ascend and to end inside the file.
  package let offsets: MDSOffsets
  /// Where columns lie in a sample.
  package var layout: MDSLayout { sampleLayout.layout }

  private let sampleLayout: MDSSampleLayout

  /// Opens a shard that the index describes. Reads the header only: 4 bytes for each sample.
  /// - Throws: ``ShardError`` `.disagreesWithIndex` when the format, the file's size or the number of samples is another
  ///   than the index tells; `.truncated` when the offsets end early; `.badOffset` naming the first that goes backwards
  ///   or leaves the samples' part of the file.
  public init(_ file: MappedFile, info: ShardInfo) throws(ShardError) {
    func disagrees(_ what: String, _ expected: Int, _ found: Int, at byteOffset: Int) -> ShardError {
      ShardError(
        .disagreesWithIndex, file: file.path, byteOffset: byteOffset,
        expected: "\(expected) \(what) as in the index",
        found: "\(found)", remedy: ShardError.downloadAgain)
    }
    guard info.format == .mds else {
      throw ShardError(
        .disagreesWithIndex, file: file.path, expected: "an mds shard", found: "\(info.format) in the index",
        remedy: "open it with the reader of its format")
    }
    guard file.byteCount == info.rawData.byteCount else {
      throw disagrees(
        "bytes", info.rawData.byteCount, file.byteCount, at: min(file.byteCount, info.rawData.byteCount))
    }
    let found = try OffsetTable.sampleCount(of: file)
    guard found == info.sampleCount else { throw disagrees("samples", info.sampleCount, found, at: 0) }
    offsets = MDSOffsets(
      try OffsetTable.offsets(
        of: file, sampleCount: found, first: OffsetTable.byteCount(sampleCount: found), end: file.byteCount))
    count = found
    self.file = file
    self.info = info
    sampleLayout = MDSSampleLayout(file: file.path, columns: info.columns)
  }

  /// The columns, in the order of their numbers.
  public var columns: [ColumnSpec] { info.columns }

  public func columnNumber(_ name: String) throws(ShardError) -> Int {
    guard let number = sampleLayout.columnNumber(name) else {
      throw ShardError.noSuchColumn(name, of: columns, file: file.path)
    }
    return number
  }

  /// The `index`-th sample, a view. O(1).
  /// - Throws: ``ShardError`` `.noSuchSample`.
  @_lifetime(borrow self)
  public borrowing func sample(at index: Int) throws(ShardError) -> Sample {
    guard index >= 0, index < count else {
      throw ShardError.noSuchSample(index, count: count, file: file.path)
    }
    return Sample(
      rawBytes: view(offsets.range(of: index)), index: index, layout: sampleLayout)
  }

  /// The configuration that the shard itself carries: JSON text with the columns and options of its writer.
  ///
  /// Readers do not need it; it tells what a shard is whose index is lost.
  public var configuration: RawSpan {
    @_lifetime(borrow self) get { view(8 + 4 * count..<offsets.first) }
  }

  @_lifetime(borrow self)
  private borrowing func view(_ range: Range<Int>) -> RawSpan {
    // Safe because the range is inside the mapping, which `file` keeps, which this object holds until it goes itself.
    let bytes = UnsafeRawBufferPointer(start: file.baseAddress + range.lowerBound, count: range.count).bytes
    return _overrideLifetime(bytes, borrowing: self)
  }
}

/// What a sample of an MDS shard knows of it.
final class MDSSampleLayout: SampleLayout {
  let file: String
  let columns: [ColumnSpec]
  let columnCount: Int
  let layout: MDSLayout
  private let numbers: ColumnNumbers

  init(file: String, columns: [ColumnSpec]) {
    self.file = file
    self.columns = columns
    columnCount = columns.count
    layout = MDSLayout(columns)
    numbers = ColumnNumbers(columns)
  }

  func columnNumber(_ name: String) -> Int? { numbers[name] }

  func range(of column: Int, in sample: RawSpan) throws(ShardError) -> Range<Int> {
    guard let range = layout.range(of: column, in: sample) else {
      throw ShardError(
        .badSample,
        expected:
          "\(layout.variableCount) sizes and \(layout.fixedByteCount) bytes of fixed columns that fill the sample",
        found: "\(sample.byteCount) bytes in the sample", remedy: ShardError.downloadAgain)
    }
    return range
  }

  func value(of column: Int, in bytes: RawSpan) throws(ShardError) -> ColumnValue {
    try columns[column].encoding.decode(bytes)
  }
}
