import BinaryIO
import ObjectStorage
import ShardFormats
import ShardHashing
import Threading

extension ShardCache {
  /// Downloads what is missing of a shard, checks it and gives it its name. Returns the bytes that were moved.
  ///
  /// Compressed files are installed as they are, and ``residentFiles(of:)`` decompresses them; with a limit they are
  /// decompressed here, under the room that was made. When another process is fetching the shard, waits for it and
  /// downloads nothing.
  /// - Parameter urgently: whether a batch waits for it. If not, only shards that are needed later make room for it.
  /// - Parameter timing: is told how long decompression took.
  /// - Throws: ``CacheError``; no file of the shard is visible that was not complete.
  @discardableResult
  public func fetch(
    _ shard: Int, urgently: Bool = true, timing: FetchTiming? = nil
  ) async throws(CacheError) -> Int {
    try await fetch(shard, urgently ? .urgent : .patient, timing) ?? 0
  }

  /// Fetches a shard that is needed later, if there is room for it or for what is needed later still can go.
  /// - Returns: the bytes that were moved; nil where there is no room, and nothing was done.
  package func fetchAhead(_ shard: Int) async throws(CacheError) -> Int? { try await fetch(shard, .modest, nil) }

  private func fetch(
    _ shard: Int, _ claim: CacheBudget.Claim, _ timing: FetchTiming?
  ) async throws(CacheError) -> Int? {
    guard let store else { return 0 }
    let pin = try await onDisk { cache throws(CacheError) in try cache.pin(shard) }
    // Let go of after the lock: whoever hears of it finds a shard that may be evicted.
    defer { withExtendedLifetime(pin) {} }
    return try await fetchLocked(shard, from: store, claim, timing)
  }

  private func fetchLocked(
    _ shard: Int, from store: any ObjectStore, _ claim: CacheBudget.Claim, _ timing: FetchTiming?
  ) async throws(CacheError) -> Int? {
    let deadline = Deadline.after(options.lockTimeout)
    // Held to the end of the function: dropped by its last use otherwise.
    let lock = try await DirectoryLock.acquire(in: directory, at: CacheLockByte.install(shard), shard, until: deadline)
    defer { withExtendedLifetime(lock) {} }
    let isComplete = try await onDisk { cache throws(CacheError) in try cache.isComplete(shard) }
    if isComplete { return 0 }
    try await compareRemoteIndex(store)
    if let member, let budget {
      guard try await budget.reserve(shard, in: member, claim, until: deadline) else { return nil }
    }
    let moved = await install(shard, from: store, timing)
    if member != nil {
      try await onDisk { cache throws(CacheError) in try cache.member?.settle(shard) }
      if case .success = moved { member?.control.count(.downloads) }
    }
    return try moved.get()
  }

  /// Whether nothing is left to do for a shard. Looked at under its lock: another process may just have put it there.
  private func isComplete(_ shard: Int) throws(CacheError) -> Bool {
    for file in shards[shard].files {
      let place = try place(of: file, shard)
      if place == .absent || place == .compressed && isBounded { return false }
    }
    return true
  }

  private func install(
    _ shard: Int, from store: any ObjectStore, _ timing: FetchTiming?
  ) async -> Result<Int, CacheError> {
    do throws(CacheError) {
      var moved = 0
      for file in shards[shard].files {
        let place = try await onDisk { cache throws(CacheError) in try cache.place(of: file, shard) }
        if place == .absent { moved += try await downloadRepeatedly(file.zip ?? file.raw, of: shard, from: store) }
        if isBounded, place != .raw {
          let start = ContinuousClock.now
          try await Self.decompressing.run { () throws(CacheError) in try self.decompressLocked(file, shard) }
          timing?.addDecompression(start.duration(to: .now))
        }
      }
      return .success(moved)
    } catch {
      return .failure(error)
    }
  }

  private func downloadRepeatedly(
    _ file: FileInfo, of shard: Int, from store: any ObjectStore
  ) async throws(CacheError) -> Int {
    var attempt = 1
    while true {
      do throws(CacheError) {
        try await download(file, of: shard, from: store)
        return file.byteCount
      } catch {
        let isStalled = (error.cause as? ObjectStoreError)?.code == .timedOut
        guard error.code == .wrongHash || error.code == .wrongSize || isStalled, attempt < max(1, options.attempts) else {
          throw error
        }
        attempt += 1
        StreamingMetric.recorder?.add(1, to: .retries)
      }
    }
  }

  private func download(_ file: FileInfo, of shard: Int, from store: any ObjectStore) async throws(CacheError) {
    let target = path(of: file)
    let check = try algorithm(for: file, shard)
    let sink = try await onDisk { cache throws(CacheError) in
      do throws(FileError) {
        // Merged data sets have their shards in sub-directories.
        try FileSystem.createDirectory(FileSystem.parentDirectory(of: target))
        return try InstallSink(path: target, expectedByteCount: file.byteCount, hash: check?.algorithm)
      } catch {
        throw cache.directoryError(error, shard)
      }
    }
    let transfer = StallGuard(store: store, sink: sink, limit: options.downloadTimeout)
    do throws(ObjectStoreError) {
      try await transfer.get(try ObjectKey(parsing: file.basename))
    } catch {
      throw storeError(error, file, shard)
    }
    guard sink.receivedByteCount == file.byteCount else {
      throw CacheError(
        .wrongSize, file: file.basename, shard: shard, expected: "\(file.byteCount) bytes as the index tells",
        found: "\(sink.receivedByteCount)", remedy: "upload index and shards of one conversion")
    }
    if let check, let digest = sink.finishHash(), digest.hex != check.hex {
      throw wrongHash(file.basename, shard, check, found: digest.hex)
    }
    try await onDisk { cache throws(CacheError) in
      do throws(FileError) { try sink.commit() } catch { throw cache.directoryError(error, shard) }
    }
  }

  /// The hash to compare a downloaded file with, nil for none.
  func algorithm(for file: FileInfo, _ shard: Int) throws(CacheError) -> (algorithm: HashAlgorithm, hex: String)? {
    switch options.hashCheck {
    case .never: return nil
    case .whenListed: return file.cheapestHash
    case .algorithm(let algorithm):
      guard let hex = file.hash(algorithm.name) else {
        let listed = file.hashes.map(\.algorithm).joined(separator: ", ")
        throw CacheError(
          .hashNotListed, file: file.basename, shard: shard, expected: "a \(algorithm.name) hash in the index",
          found: listed.isEmpty ? "none" : listed, remedy: "check one of the listed hashes, or none")
      }
      return (algorithm, hex)
    }
  }

  func wrongHash(
    _ name: String, _ shard: Int, _ check: (algorithm: HashAlgorithm, hex: String), found: String
  ) -> CacheError {
    CacheError(
      .wrongHash, file: name, shard: shard, expected: "\(check.algorithm.name) \(check.hex)", found: found,
      remedy: "upload the shard again; `streaming verify` lists every damaged one")
  }

  private func storeError(_ error: ObjectStoreError, _ file: FileInfo, _ shard: Int) -> CacheError {
    if let cause = error.cause as? FileError { return directoryError(cause, shard) }
    let code: CacheError.Code =
      error.code == .cancelled ? .cancelled : error.code == .tooLarge ? .wrongSize : .store
    return CacheError(
      code, file: file.basename, shard: shard, expected: "\(file.byteCount) bytes from the store",
      found: "\(error.code)", remedy: error.remedy, cause: error)
  }

  /// As many shards at once as there are processors: with more, the downloads beside them would not get their turn.
  private static let decompressing = BlockingPool(
    name: "st-decompress", threadCount: BlockingPool.processorCount)

  private func onDisk<R: Sendable>(
    _ body: @escaping @Sendable (ShardCache) throws(CacheError) -> R
  ) async throws(CacheError) -> R {
    try await BlockingPool.shared.run { () throws(CacheError) in try body(self) }
  }
}
