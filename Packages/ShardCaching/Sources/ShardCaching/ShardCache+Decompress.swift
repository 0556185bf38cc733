import BinaryIO
import ShardCompression
import ShardFormats
import ShardHashing
import Threading

extension ShardCache {
  /// Makes the raw form of a file from its compressed one, then removes the latter unless it is to be kept.
  func decompress(_ file: ShardFile, _ shard: Int) throws(CacheError) {
    let lock = try DirectoryLock.acquireBlocking(
      in: directory, at: CacheLockByte.install(shard), shard, until: .after(options.lockTimeout))
    defer { withExtendedLifetime(lock) {} }
    try decompressLocked(file, shard)
  }

  /// The same for who holds the shard's lock.
  func decompressLocked(_ file: ShardFile, _ shard: Int) throws(CacheError) {
    guard let zip = file.zip, let codec = shards[shard].compression else { return }
    // Another process may have done it while this one waited.
    guard try place(of: file, shard) == .compressed else { return }
    do {
      let packed = try MappedFile(path: path(of: zip))
      if case .algorithm = options.hashCheck { try compare(packed, with: zip, shard) }
      var target = try AtomicFile(replacing: path(of: file.raw), hidden: true)
      let check: (algorithm: HashAlgorithm, hex: String)? =
        if case .algorithm = options.hashCheck { try algorithm(for: file.raw, shard) } else { nil }
      var hashes = IncrementalHashes(check.map { [$0.algorithm] } ?? [])
      // Somebody may cut the file short meanwhile.
      try packed.guarding { bytes in
        try codec.decompress(bytes, expecting: file.raw.byteCount) { piece throws(FileError) in
          try target.write(piece)
          hashes.update(piece)
        }
      }
      let digests = hashes.finalize()
      if let check, let digest = digests.first, digest.hex != check.hex {
        throw wrongHash(path(of: file.raw), shard, check, found: digest.hex)
      }
      try target.commit()
      // The compressed file is the only copy when there is no store to fetch it from again.
      if store != nil, !options.keepsCompressed { try FileSystem.remove(path(of: zip)) }
    } catch let error as CacheError {
      throw error
    } catch let error as FileError {
      throw directoryError(error, shard)
    } catch let error as CodecError where error.cause is FileError {
      throw (error.cause as? FileError).map { directoryError($0, shard) } ?? undecodable(zip, codec, file, shard, error)
    } catch {
      throw undecodable(zip, codec, file, shard, error)
    }
  }

  private func undecodable(
    _ zip: FileInfo, _ codec: Codec, _ file: ShardFile, _ shard: Int, _ error: any Error
  ) -> CacheError {
    CacheError(
      .undecodable, file: path(of: zip), shard: shard, expected: "\(codec) data of \(file.raw.byteCount) bytes",
      found: "\(error)", remedy: "download the shard again; `streaming verify` lists every damaged one",
      cause: error)
  }

  private func compare(_ packed: MappedFile, with file: FileInfo, _ shard: Int) throws {
    guard let check = try algorithm(for: file, shard) else { return }
    let found = try packed.guarding { bytes in check.algorithm.digest(of: bytes).hex }
    guard found == check.hex else { throw wrongHash(path(of: file), shard, check, found: found) }
  }
}
