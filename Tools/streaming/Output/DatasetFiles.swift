import Streaming

/// A data set's files at a path or URL, for verbs that look at them one by one.
struct DatasetFiles {
  let address: String
  let store: any ObjectStore
  /// The directory, when the data set is a local one.
  let directory: String?
  /// The most bytes that an index may have.
  private static let indexLimit = ByteCount.gigabytes(4)

  static func open(_ address: String) async throws -> DatasetFiles {
    let url = try StoreURL(parsing: address)
    return DatasetFiles(
      address: address, store: try await ObjectStoreRegistry.commandLine.open(url),
      directory: url.isLocal ? url.path : nil)
  }

  func index() async throws -> DatasetIndex {
    let bytes = try await store.bytes(of: "index.json", limit: Self.indexLimit)
    return try DatasetIndex(parsing: bytes.span.bytes, file: address + "/index.json")
  }

  /// Files in the directory that are named like shards and that the index does not name: an append that was interrupted,
  /// or an index that lost them. Sorted; empty where the data set is not a directory.
  func unlistedShards(_ index: DatasetIndex) throws -> [String] {
    guard let directory else { return [] }
    var unlisted = Set(try FileSystem.list(directory).filter(isNamedLikeShard))
    for shard in index.shards where !unlisted.isEmpty {
      for (raw, zip) in shard.files {
        unlisted.remove(raw.basename)
        if let zip { unlisted.remove(zip.basename) }
      }
    }
    return unlisted.sorted()
  }

  /// `shard.00012.mds`, also with `.meta` and a compression behind it.
  private func isNamedLikeShard(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3, parts[0] == "shard", parts[1].count >= 5, UInt(parts[1]) != nil,
      ShardFormatName(rawValue: parts[2]) != nil
    else { return false }
    return parts[3...].allSatisfy { $0 == "meta" || (try? Codec(parsing: $0)) != nil }
  }
}

/// Runs `body` with a stream of the data set: in place when it is a directory of shards that can be mapped, else through
/// a cache that is deleted, so that nothing is decompressed into the data set's own directory.
func withTemporaryCache<R>(for address: String, _ body: (DataStream) async throws -> R) async throws -> R {
  let files = try await DatasetFiles.open(address)
  if let directory = files.directory {
    let names = try await files.index().shards.lazy.flatMap { $0.files.map(\.raw.basename) }
    let isWhole = try names.allSatisfy { try FileSystem.status(of: directory + "/" + $0) != nil }
    if isWhole { return try await body(DataStream(local: directory)) }
  }
  return try await withTemporaryDirectory { try await body(DataStream(remote: address, local: $0)) }
}

/// Runs `body` with a fresh empty directory, which is deleted afterwards.
func withTemporaryDirectory<R>(_ body: (String) async throws -> R) async throws -> R {
  let path = FileSystem.temporaryDirectory + "/streaming-" + String(UInt64.random(in: 0 ... .max), radix: 36)
  try FileSystem.createDirectory(path)
  defer { try? FileSystem.removeTree(path) }
  return try await body(path)
}
