import BinaryIO
import ObjectStorage
import ShardCaching
import ShardCompression
import ShardFormats
import ShardHashing
import Synchronization
import Threading

/// A stream of made-up shards: the cache looks at sizes and hashes, never into a shard.
struct CacheFixture {
  let index: DatasetIndex
  /// The text of the index.
  let json: [UInt8]
  /// What the store holds.
  let objects: [ObjectKey: [UInt8]]
  /// The raw content of each shard.
  let contents: [[UInt8]]

  init(shardCount: Int = 3, byteCount: Int = 5000, codec: Codec? = nil, hashes: [HashAlgorithm] = [.xxh64]) throws {
    var entries: [String] = []
    var objects: [ObjectKey: [UInt8]] = [:]
    var contents: [[UInt8]] = []
    for number in 0..<shardCount {
      let raw = (0..<byteCount).map { UInt8(truncatingIfNeeded: ($0 &* 7 &+ number) >> 3) }
      contents.append(raw)
      let name = ShardFormatName.mds.basename(shard: number)
      var zip = "null"
      if let codec {
        let packed = try codec.compress(raw.span.bytes)
        objects[try ObjectKey(parsing: name + "." + codec.fileExtension)] = packed
        zip = Self.file(name + "." + codec.fileExtension, packed, hashes)
      } else {
        objects[try ObjectKey(parsing: name)] = raw
      }
      let hashNames = hashes.map { "\"\($0.name)\"" }.joined(separator: ", ")
      entries.append(
        """
        {"column_encodings": ["bytes"], "column_names": ["x"], "column_sizes": [null], \
        "compression": \(codec.map { "\"\($0)\"" } ?? "null"), "format": "mds", "hashes": [\(hashNames)], \
        "raw_data": \(Self.file(name, raw, hashes)), "samples": 1, "size_limit": null, "version": 2, "zip_data": \(zip)}
        """)
    }
    let text = Array("{\"shards\": [\(entries.joined(separator: ", "))], \"version\": 2}".utf8)
    json = text
    index = try DatasetIndex(parsing: text.span.bytes, file: "index.json")
    self.objects = objects
    self.contents = contents
  }

  private static func file(_ name: String, _ bytes: [UInt8], _ hashes: [HashAlgorithm]) -> String {
    let digests = hashes.map { "\"\($0.name)\": \"\($0.digest(of: bytes.span.bytes).hex)\"" }.joined(separator: ", ")
    return "{\"basename\": \"\(name)\", \"bytes\": \(bytes.count), \"hashes\": {\(digests)}}"
  }

  func cache(_ folder: String, store: (any ObjectStore)? = nil, options: CacheOptions = CacheOptions()) -> ShardCache {
    ShardCache(directory: folder, shards: index.shards, store: store, options: options)
  }
}

/// Counts the downloads from a store.
final class CountingStore: ObjectStore {
  let base: MemoryStore
  private let counts = Mutex<[ObjectKey: Int]>([:])
  private let headCounts = Mutex<[ObjectKey: Int]>([:])

  init(_ objects: [ObjectKey: [UInt8]]) { base = MemoryStore(objects) }

  var downloads: [ObjectKey: Int] { counts.withLock { $0 } }
  var heads: [ObjectKey: Int] { headCounts.withLock { $0 } }

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    headCounts.withLock { $0[key, default: 0] += 1 }
    return try await base.head(key)
  }

  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    counts.withLock { $0[key, default: 0] += 1 }
    return try await base.get(key, options: options, into: sink)
  }
}

/// Never answers the first requests, until they are cancelled.
final class StallingStore: ObjectStore {
  private let base: MemoryStore
  private let stalls: Int
  private let count = Mutex(0)

  init(base: MemoryStore, stalls: Int) {
    self.base = base
    self.stalls = stalls
  }

  var requests: Int { count.withLock { $0 } }

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo { try await base.head(key) }

  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let number = count.withLock { count in
      count += 1
      return count
    }
    if number <= stalls {
      try? await delay(for: .seconds(600), charging: StallCause("nothing"))
      throw ObjectStoreError(.cancelled, url: key.text)
    }
    return try await base.get(key, options: options, into: sink)
  }
}
