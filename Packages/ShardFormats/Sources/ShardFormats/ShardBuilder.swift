internal import BinaryIO

/// Collects samples into shards and splits where upstream splits (`base/format/base/writer.py`, `Writer.write`).
///
/// A shard is full when the next sample would take its counted size above the limit. Counted are, for MDS, exactly the
/// file's bytes; for the text formats the lines only, not the header and not the file of offsets. Compression plays no part.
/// A sample that alone exceeds the limit gets a shard of its own; as in upstream, when it is the very first, or follows
/// nothing in its shard, an empty shard is made before it.
///
/// Samples are encoded straight into the memory that becomes the data file: room is kept before them for the head, whose
/// size is guessed from the shard before. A wrong guess costs a move of the shard's bytes, nothing else.
public struct ShardBuilder<Format: ShardFormat>: Sendable {
  public let format: Format
  private let limit: Int?
  /// `headroom` bytes for the head, then the samples.
  private var buffer: [UInt8] = []
  private var headroom = 0
  /// Where each sample ends, counted from the first one's start.
  private var ends: [Int] = []
  private var countedBytes: Int
  private var row: [ColumnValue] = []
  /// Bytes to have room for before the next sample; 0 when that was done for this shard.
  private var roomToReserve: Int

  /// Begins with no sample. The limit is the format's `sizeLimit`; 0 means none.
  public init(format: Format) {
    self.format = format
    limit = format.schema.sizeLimit == 0 ? nil : format.schema.sizeLimit
    countedBytes = format.emptyByteCount
    // Untouched room costs no memory, only addresses.
    roomToReserve = min(limit ?? 0, 1 << 26)
  }

  /// The samples of the shard that is being collected.
  public var sampleCount: Int { ends.count }
  /// Their bytes as counted against the limit.
  public var byteCount: Int { countedBytes }

  /// Adds a sample, its values by column name; others than the format's columns are ignored, as upstream does.
  /// - Returns: the shard that was full, without this sample; nil when the sample went into the current one.
  /// - Throws: ``ShardError`` `.noSuchColumn` for a missing column, else as ``add(values:)``.
  public mutating func add(_ sample: [String: ColumnValue]) throws(ShardError) -> ShardFiles? {
    // Taken out while in use, so that the array is not shared and its memory stays.
    var row: [ColumnValue] = []
    swap(&row, &self.row)
    defer {
      row.removeAll(keepingCapacity: true)
      swap(&row, &self.row)
    }
    try format.schema.arrange(sample, into: &row)
    return try add(values: row)
  }

  /// Adds a sample, its values in the order of the schema's columns: no look-up of names.
  /// - Returns: the shard that was full, without this sample; nil when the sample went into the current one.
  /// - Throws: ``ShardError`` as ``ShardFormat/encode(_:into:)`` and ``ShardFormat/frame(_:)``; the sample is not added then,
  ///   the builder stays usable.
  public mutating func add(values: [ColumnValue]) throws(ShardError) -> ShardFiles? {
    if roomToReserve > 0 { reserve() }
    let start = buffer.count
    try format.encode(values, into: &buffer)
    return try take(from: start)
  }

  /// Adds a sample that is encoded already, by this format or by an equal one: its bytes in another shard of the same
  /// columns, with the line's end in the text formats. They are not looked at.
  /// - Returns: as ``add(_:)``.
  package mutating func add(encoded sample: [UInt8]) throws(ShardError) -> ShardFiles? {
    if roomToReserve > 0 { reserve() }
    let start = buffer.count
    buffer.append(contentsOf: sample)
    return try take(from: start)
  }

  /// Takes the bytes from `start` on as a sample, after making a shard of those before when that was full.
  private mutating func take(from start: Int) throws(ShardError) -> ShardFiles? {
    let cost = buffer.count - start + format.sampleOverhead
    var full: ShardFiles?
    if let limit, limit < countedBytes + cost { full = try flush(before: start) }
    if headroom == 0, ends.isEmpty { keepHeadroom(sampleCost: cost) }
    ends.append(buffer.count - headroom)
    countedBytes += cost
    return full
  }

  /// The last shard; nil when no sample was added since the one before. The builder is empty afterwards.
  public mutating func finish() throws(ShardError) -> ShardFiles? {
    ends.isEmpty ? nil : try flush(before: buffer.count)
  }

  /// Takes memory of an earlier shard for the one that is being collected: warm, it is filled twice as fast as new.
  package mutating func reuse(_ storage: consuming [UInt8]) {
    guard storage.capacity > buffer.count, storage.capacity > roomToReserve / 2, roomToReserve > 0 else { return }
    storage.removeAll(keepingCapacity: true)
    storage.append(contentsOf: buffer)
    buffer = storage
    roomToReserve = 0
  }

  // MARK: Memory

  private mutating func reserve() {
    buffer.reserveToFill(buffer.count + roomToReserve)
    roomToReserve = 0
  }

  /// Makes room before the very first sample for the head of as many like it as fill a shard.
  private mutating func keepHeadroom(sampleCost: Int) {
    guard let limit else { return }
    // Tiny samples need a large head, which a data set that ends soon would have paid for in vain.
    headroom = min(format.emptyByteCount + format.sampleOverhead * (limit / max(1, sampleCost)), 1 << 16)
    buffer.insert(contentsOf: [UInt8](repeating: 0, count: headroom), at: 0)
  }

  /// Makes the shard of all samples that lie before `rest` in the buffer; what follows begins the next one.
  private mutating func flush(before rest: Int) throws(ShardError) -> ShardFiles {
    let frame: ShardFrame
    do throws(ShardError) { frame = try format.frame(ends) } catch {
      buffer.removeSubrange(rest...)
      throw error
    }
    let nextHeadroom = ends.isEmpty ? headroom : frame.head.count + frame.head.count / 8
    var next = [UInt8](repeating: 0, count: nextHeadroom)
    next.append(contentsOf: buffer[rest...])
    buffer.removeSubrange(rest...)
    let start = max(0, headroom - frame.head.count)
    buffer.replaceSubrange(start..<headroom, with: frame.head)
    roomToReserve = max(roomToReserve, buffer.count + buffer.count / 64)
    swap(&buffer, &next)
    let files = ShardFiles(sampleCount: ends.count, storage: next, start: start, meta: frame.meta)
    headroom = nextHeadroom
    ends.removeAll(keepingCapacity: true)
    countedBytes = format.emptyByteCount
    return files
  }
}
