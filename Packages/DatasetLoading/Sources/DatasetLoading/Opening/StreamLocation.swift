import BinaryIO
import ObjectStorage
import ShardHashing

/// Where a stream lies: its address, its directory, and whether the two are the same.
struct StreamLocation: Sendable, Hashable {
  /// The address of the directory with the index, nil when the directory is all there is.
  let remote: StoreURL?
  /// The directory of the cache.
  let directory: String

  /// - Throws: ``LoadingError`` `.configuration` when the stream names neither, or an address that can't be read.
  init(_ stream: DataStream, number: Int) throws(LoadingError) {
    let split = stream.split.map { $0.isEmpty ? "" : $0 } ?? ""
    guard !split.split(separator: "/").contains("..") else {
      throw LoadingError(
        .configuration, stream: number, expected: "a split inside the data set", found: "\"\(split)\"",
        remedy: "name a sub-directory")
    }
    var remote: StoreURL?
    if let address = stream.remote, !address.isEmpty {
      do throws(ObjectStoreError) {
        remote = try StoreURL(parsing: address).appending(split)
      } catch {
        throw LoadingError(.configuration, stream: number, cause: error)
      }
    }
    let directory: String
    if let local = stream.local, !local.isEmpty {
      directory = split.isEmpty ? local : local + "/" + split
    } else if let remote {
      // One directory per address: a second run finds what the first has cached.
      let digest = HashAlgorithm.xxh128.digest(of: Array("\(remote)".utf8).span.bytes)
      directory = FileSystem.temporaryDirectory + "/streaming-" + digest.hex
    } else {
      throw LoadingError(
        .configuration, stream: number, expected: "an address (remote), a directory (local), or both",
        found: "neither", remedy: "give the stream one of them")
    }
    // A directory that is its own remote holds the only copy.
    self.directory = directory
    self.remote = remote.flatMap { $0.isLocal && $0.path == directory ? nil : $0 }
  }
}
