internal import BinaryIO
internal import Logging
internal import ObjectStorage
internal import PythonJSON
internal import ShardFormats
internal import Synchronization
internal import Threading

/// What a writer has besides its samples: where it writes, what it found there, and how it publishes.
final class WriterSession: Sendable {
  /// A writer at work.
  struct Running: Sendable {
    let pipeline: ShardPipeline
    let store: (any ObjectStore)?
    /// The shards of the data set that is appended to.
    let base: [ShardInfo]
    /// That data set's index in the store, to notice that somebody replaces it meanwhile.
    let baseTag: String?
    /// The number in the name of this writer's first shard.
    let firstNumber: Int
    let resumedShardCount: Int
    let resumedSampleCount: Int
  }

  private let destination: ShardDestination
  private let schema: ShardSchema
  private let options: WriterOptions
  private let running = Mutex<Running?>(nil)
  private static let logger = Logger(label: "streaming.writing")

  var place: String { destination.description }

  /// Checks the options and makes the local directory ready. Blocks on it.
  init(_ destination: ShardDestination, schema: ShardSchema, options: WriterOptions) throws(WritingError) {
    self.destination = destination
    self.schema = schema
    self.options = options
    try options.check(against: schema, local: destination.local)
    if let local = destination.local {
      try Self.prepare(local, options, hasRemote: destination.remote != nil)
    }
  }

  /// Stops whatever is under way. Called when the writer goes away; after ``publish(_:_:)`` nothing is.
  func abandon() {
    guard let running = running.withLock({ $0 }) else { return }
    running.pipeline.abandon()
    // Nothing to resume and nothing else there: leave the directory as empty as it was.
    guard let local = destination.local, let journal = running.pipeline.journal, running.pipeline.isEmpty,
      (try? FileSystem.list(local)) == [WriterJournal.name]
    else { return }
    _ = try? FileSystem.remove(journal.path)
  }

  /// Opens the store, looks at what is there, and starts the pipeline; the second time it only returns it.
  func begin() async throws(WritingError) -> Running {
    if let running = running.withLock({ $0 }) { return running }
    let store = try await openStore()
    let base = try await baseIndex(in: store)
    let shards = base.index.map { Array($0.shards) } ?? []
    let firstNumber = ShardNumbering.next(after: shards)
    var (journal, found) = try await openJournal(base: shards.count, firstNumber: firstNumber)
    do throws(WritingError) {
      if let store { found = try await present(found, in: store) } else { found = try present(found) }
      if let journal, journal.1 > found.count { try journal.0.restart(from: found.count) }
      if found.isEmpty, let store { try await clear(store) }
      if store != nil, !options.keepLocal { try removeLocalCopies(of: found) }
    } catch {
      // Nothing was made: leave nothing.
      if journal?.1 == 0, let path = journal?.0.path { _ = try? FileSystem.remove(path) }
      throw error
    }
    let pipeline = ShardPipeline(
      local: destination.local, store: store, options: options, journal: journal?.0, safe: found)
    journal = nil
    let started = Running(
      pipeline: pipeline, store: store, base: shards, baseTag: base.tag, firstNumber: firstNumber,
      resumedShardCount: found.count, resumedSampleCount: found.reduce(0) { $0 + $1.sampleCount })
    running.withLock { $0 = started }
    return started
  }

  private func openStore() async throws(WritingError) -> (any ObjectStore)? {
    let store: any ObjectStore
    switch destination.remote {
    case nil: return nil
    case .store(let open): store = open
    case .url(let url, let stores):
      store = try await WritingError.store { () async throws(ObjectStoreError) in try await stores.open(url) }
    }
    return options.retry.map { RetryingStore(store, policy: $0) } ?? store
  }

  // MARK: What is there

  /// The index of the data set that is appended to, from the local directory or the store.
  private func baseIndex(in store: (any ObjectStore)?) async throws(WritingError) -> (
    index: DatasetIndex?, tag: String?
  ) {
    guard options.appends else { return (nil, nil) }
    var bytes: [UInt8]?
    var tag: String?
    var place = IndexFile.name
    if let store {
      (bytes, tag) = try await IndexFile.read(from: store)
      place = self.place + "/" + IndexFile.name
    } else if let local = destination.local {
      place = local + "/" + IndexFile.name
      bytes = try IndexFile.read(at: place)
    }
    guard let bytes else {
      throw WritingError(
        .badIndex, place, expected: "the index of a data set to append to", found: "none",
        remedy: "Check the address, or write without `appends` to begin a data set")
    }
    do throws(ShardError) {
      let index = try DatasetIndex(parsing: bytes.span.bytes, file: place)
      guard let last = index.shards.last, last.columns != schema.columns || last.format != schema.format
      else {
        return (index, tag)
      }
      throw ShardError(
        .contradictoryColumns, file: place,
        expected: "the columns of the data set, \(last.columns.map { "\($0.name): \($0.encodingName)" })",
        found: "\(schema.columns.map { "\($0.name): \($0.encodingName)" })",
        remedy: "write the same format and columns")
    } catch {
      throw WritingError(index: error)
    }
  }

  private func openJournal(base: Int, firstNumber: Int) async throws(WritingError) -> (
    (WriterJournal, Int)?, [ShardInfo]
  ) {
    guard let local = destination.local else { return (nil, []) }
    let empty = ShardInfo(schema: schema, sampleCount: 0, rawData: FileInfo(basename: "x", byteCount: 0))
    let text = try DatasetIndex.of([empty]).encoded()
    let identity: JSONValue = [
      "schema": .string(String(decoding: text, as: UTF8.self)), "base": .integer(JSONInteger(base)),
      "first": .integer(JSONInteger(firstNumber)),
    ]
    let (synchronizes, resumes) = (options.synchronizes, options.resumes)
    let (journal, record) = try await BlockingPool.shared.run { () throws(WritingError) in
      try Self.removeLeftovers(in: local)
      return try WriterJournal.open(
        in: local, identity: identity, resumes: resumes, synchronizes: synchronizes)
    }
    return ((journal, record.shards.count), resumes ? record.shards : [])
  }

  /// The shards up to the first of which a file is not in the local directory with its size.
  private func present(_ shards: [ShardInfo]) throws(WritingError) -> [ShardInfo] {
    guard let local = destination.local else { return shards }
    for (number, shard) in shards.enumerated() {
      for (raw, zip) in shard.files {
        let file = zip ?? raw
        let status = try WritingError.files { () throws(FileError) in
          try FileSystem.status(of: local + "/" + file.basename)
        }
        guard status?.kind == .file, status?.byteCount == file.byteCount else {
          return Array(shards[..<number])
        }
      }
    }
    return shards
  }

  /// The shards up to the first of which a file is not in the store with its size.
  private func present(_ shards: [ShardInfo], in store: any ObjectStore) async throws(WritingError)
    -> [ShardInfo]
  {
    let shards = options.keepLocal ? try present(shards) : shards
    for (number, shard) in shards.enumerated() {
      for (raw, zip) in shard.files {
        let file = zip ?? raw
        let byteCount = try await IndexFile.byteCount(of: file.basename, in: store)
        guard byteCount == file.byteCount else { return Array(shards[..<number]) }
      }
    }
    return shards
  }

  /// Removes what a writer left that was killed between noting a shard as safe and removing its files.
  private func removeLocalCopies(of shards: [ShardInfo]) throws(WritingError) {
    guard let local = destination.local else { return }
    for shard in shards {
      for (raw, zip) in shard.files {
        _ = try WritingError.files { () throws(FileError) in
          try FileSystem.remove(local + "/" + (zip ?? raw).basename)
        }
      }
    }
  }

  /// Makes sure that no index in the store names files that are about to be written.
  private func clear(_ store: any ObjectStore) async throws(WritingError) {
    guard !options.appends else { return }
    guard try await IndexFile.byteCount(of: IndexFile.name, in: store) != nil else {
      // A bucket that is not there looks like one without an index, until something is listed: told before the first
      // sample rather than when the first shard is full.
      guard store.abilities.contains(.list) else { return }
      _ = try await WritingError.store { () async throws(ObjectStoreError) in
        try await store.list("", delimiter: "/", after: nil)
      }
      return
    }
    guard options.replaceExisting else {
      throw WritingError(
        options.resumes ? .alreadyFinished : .outputNotEmpty, place, expected: "no data set there",
        found: "an index.json", remedy: "Choose another place, or set `replaceExisting` or `appends`")
    }
    Self.logger.notice("replacing the data set", metadata: ["place": "\(place)"])
    try await WritingError.store { () async throws(ObjectStoreError) in try await store.delete("index.json") }
  }
}

/// Owned by the writer alone: its end is the writer's end.
final class WriterLifetime: Sendable {
  let session: WriterSession
  init(_ session: WriterSession) { self.session = session }
  deinit { session.abandon() }
}
