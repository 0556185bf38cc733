import BinaryIO
import ObjectStorage
import ShardFormats
import ShardHashing
import Threading

extension ShardCache {
  /// Downloads what is missing of a shard, checks it and gives it its name. Returns the bytes that were moved.
  ///
  /// Compressed files are installed as they are; ``residentFiles(of:)`` decompresses them. When another process is
  /// fetching the shard, waits for it and downloads nothing.
  /// - Throws: ``CacheError``; no file of the shard is visible that was not complete.
  @discardableResult
  public func fetch(_ shard: Int) async throws(CacheError) -> Int {
    guard let store else { return 0 }
    // Held to the end of the function: dropped by its last use otherwise.
    let lock = try await DirectoryLock.acquire(
      in: directory, shard: shard, until: .after(options.lockTimeout))
    defer { withExtendedLifetime(lock) {} }
    var moved = 0
    for file in shards[shard].files {
      // Looked at under the lock: another process may just have put it there.
      let isAbsent = try await onDisk { cache throws(CacheError) in try cache.place(of: file, shard) == .absent }
      guard isAbsent else { continue }
      let wanted = file.zip ?? file.raw
      var attempt = 1
      while true {
        do throws(CacheError) {
          try await download(wanted, of: shard, from: store)
          break
        } catch {
          guard error.code == .wrongHash || error.code == .wrongSize, attempt < max(1, options.attempts) else {
            throw error
          }
          attempt += 1
        }
      }
      moved += wanted.byteCount
    }
    return moved
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
    do throws(ObjectStoreError) {
      try await store.get(try ObjectKey(parsing: file.basename), into: sink)
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
    case .whenListed:
      let known = file.hashes.compactMap { hash in
        (try? HashAlgorithm(parsing: hash.algorithm)).map { (algorithm: $0, hex: hash.hex) }
      }
      return known.first { $0.algorithm.name.hasPrefix("xxh") } ?? known.first
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

  private func onDisk<R: Sendable>(
    _ body: @escaping @Sendable (ShardCache) throws(CacheError) -> R
  ) async throws(CacheError) -> R {
    try await BlockingPool.shared.run { () throws(CacheError) in try body(self) }
  }
}
