internal import BinaryIO
public import ObjectStorage
internal import PythonJSON
public import ShardFormats

/// Writes a data set: takes samples, splits them into shards as upstream does, and publishes the index last.
///
/// Shards are hashed, compressed and uploaded while further samples come. ``finish()`` writes the index, once every shard
/// is confirmed where it belongs; a writer that goes away without it publishes nothing. Belongs to one task at a time.
///
/// ```swift
/// var writer = try MDSWriter(to: "data/train", columns: ["text": .str], stores: ObjectStoreRegistry())
/// for text in texts { try await writer.write(["text": .string(text)]) }
/// let index = try await writer.finish()
/// ```
public struct ShardWriter<Format: ShardFormat>: ~Copyable, Sendable {
  private var builder: ShardBuilder<Format>
  private let lifetime: WriterLifetime
  private var hasBegun = false
  private var nextShard = 0
  private var sampleCount = 0
  /// Whether the samples that an interrupted writer made safe were asked for; without it they would be written twice.
  private var hasAskedForDurable = false

  /// Makes a writer of any format.
  /// - Parameter output: the path or URL of the data set, which is made when absent.
  /// - Parameter local: a directory where shards are made, when `output` is elsewhere; nil makes them in memory then.
  /// - Parameter stores: opens `output` when it is a URL.
  /// - Parameter options: must agree with what `format` was made with: compression, hashes and size limit go into shards.
  /// - Throws: ``WritingError`` `.badOption`, `.outputNotEmpty`, `.inUse`, `.otherJournal`, `.alreadyFinished`,
  ///   `.localFile`. Creates and, with ``WriterOptions/replaceExisting``, empties the local directory: blocks on it.
  public init(
    to output: String, local: String? = nil, format: Format, options: WriterOptions,
    stores: ObjectStoreRegistry
  ) throws(WritingError) {
    try self.init(
      try ShardDestination(output: output, local: local, stores: stores), format: format, options: options)
  }

  /// Makes a writer of any format into a store that is open already; see the form with a URL.
  public init(
    to store: any ObjectStore, local: String? = nil, format: Format, options: WriterOptions
  ) throws(WritingError) {
    try self.init(try ShardDestination(local: local, store: store), format: format, options: options)
  }

  init(_ destination: ShardDestination, format: Format, options: WriterOptions) throws(WritingError) {
    lifetime = WriterLifetime(try WriterSession(destination, schema: format.schema, options: options))
    builder = ShardBuilder(format: format)
  }

  /// What the shards have in common: format, columns sorted by name, options.
  public var schema: ShardSchema { builder.format.schema }

  /// How many samples are safe in shards of the writer that was interrupted here: leave out as many.
  ///
  /// 0 unless ``WriterOptions/resumes`` is set and there was one. A resumed writer must be asked before its first sample.
  /// - Throws: ``WritingError`` as ``write(_:)``.
  public mutating func durableSampleCount() async throws(WritingError) -> Int {
    let running = try await lifetime.session.begin()
    if !hasAskedForDurable, sampleCount == 0 { nextShard = running.resumedShardCount }
    hasAskedForDurable = true
    return running.resumedSampleCount
  }

  /// The columns in the order in which ``write(values:)`` takes them: sorted by name.
  public var columns: [ColumnSpec] { builder.format.schema.columns }

  /// Adds a sample, its values by column name. Suspends only while too many finished shards wait for disk or network.
  /// - Throws: ``WritingError`` `.badSample`, after which the writer goes on without this sample; any other code is the
  ///   failure that has stopped it.
  public mutating func write(_ sample: [String: ColumnValue]) async throws(WritingError) {
    try await begin()
    let full: ShardFiles?
    do throws(ShardError) { full = try builder.add(sample) } catch {
      throw WritingError(sample: sampleCount, error)
    }
    sampleCount += 1
    if let full { try await submit(full) }
  }

  /// Adds a sample whose bytes are the format's already, as another shard of the same columns holds them.
  ///
  /// The bytes are not looked at; text formats need the line's end with them. Otherwise as ``write(_:)``.
  package mutating func write(encoded sample: [UInt8]) async throws(WritingError) {
    try await begin()
    let full: ShardFiles?
    do throws(ShardError) { full = try builder.add(encoded: sample) } catch {
      throw WritingError(sample: sampleCount, error)
    }
    sampleCount += 1
    if let full { try await submit(full) }
  }

  /// Adds a sample, its values in the order of ``columns``: the fastest form, without any look-up of names.
  /// - Throws: as ``write(_:)``.
  public mutating func write(values: [ColumnValue]) async throws(WritingError) {
    try await begin()
    let full: ShardFiles?
    do throws(ShardError) { full = try builder.add(values: values) } catch {
      throw WritingError(sample: sampleCount, error)
    }
    sampleCount += 1
    if let full { try await submit(full) }
  }

  /// Adds a sample from a Swift value whose properties are columns by name; see ``ShardSchema/values(of:)``.
  /// - Throws: as ``write(_:)``.
  public mutating func write(_ sample: some Encodable) async throws(WritingError) {
    let values: [String: ColumnValue]
    do throws(ShardError) { values = try builder.format.schema.values(of: sample) } catch {
      throw WritingError(sample: sampleCount, error)
    }
    try await write(values)
  }

  /// Full shards alone touch the pipeline: the common sample costs no lock and no suspension.
  private mutating func begin() async throws(WritingError) {
    guard !hasBegun else { return }
    let running = try await lifetime.session.begin()
    guard hasAskedForDurable || running.resumedShardCount == 0 else {
      throw WritingError(
        .badOption, lifetime.session.place,
        expected: "`durableSampleCount()` before the first sample of a resumed writer",
        found: "a sample", remedy: "Ask for it, and leave out as many samples")
    }
    hasBegun = true
  }

  /// Writes the last shard, waits until all are safe, and publishes the index: first in the store, then locally.
  /// - Returns: the index, as published.
  /// - Throws: ``WritingError``: no index was published then, except when only its local copy failed.
  public consuming func finish() async throws(WritingError) -> DatasetIndex {
    let running = try await lifetime.session.begin()
    if nextShard == 0 { nextShard = running.resumedShardCount }
    do throws(WritingError) {
      let last: ShardFiles?
      do throws(ShardError) { last = try builder.finish() } catch { throw WritingError(shard: error) }
      if let last { try await submit(last) }
      let shards = try await running.pipeline.drain()
      return try await lifetime.session.publish(shards, running)
    } catch {
      for task in running.pipeline.abandon() { await task.value }
      throw error
    }
  }

  private mutating func submit(_ files: ShardFiles) async throws(WritingError) {
    let running = try await lifetime.session.begin()
    // The interrupted writer has made the empty shard that upstream puts before a first sample above the limit.
    if files.sampleCount == 0, nextShard > 0 || running.resumedShardCount > 0 { return }
    let format = builder.format
    let shard = FullShard(
      number: nextShard, basename: format.schema.format.basename(shard: running.firstNumber + nextShard),
      files: files
    ) { rawData, zipData, rawMeta, zipMeta in
      format.info(
        sampleCount: files.sampleCount, rawData: rawData, zipData: zipData, rawMeta: rawMeta, zipMeta: zipMeta
      )
    }
    nextShard += 1
    try await running.pipeline.submit(shard)
    if let storage = running.pipeline.buffers.take() { builder.reuse(storage) }
  }
}
