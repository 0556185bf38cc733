import ObjectStorage
import Synchronization

/// Objects in memory.
final class MemoryTable: ObjectTable {
  private struct Bucket {
    var objects: [KeyBytes: StoredObject] = [:]
    /// All keys, sorted; made when a listing needs it, dropped when a key comes or goes.
    var sortedKeys: [KeyBytes]?

    mutating func keys() -> [KeyBytes] {
      if let sortedKeys { return sortedKeys }
      let keys = objects.keys.sorted()
      sortedKeys = keys
      return keys
    }
  }

  private let buckets: Mutex<[String: Bucket]>

  init(buckets names: [String]) {
    buckets = Mutex(Dictionary(names.map { ($0, Bucket()) }) { first, _ in first })
  }

  var tagsByMD5: Bool { true }
  func hasBucket(_ name: String) -> Bool { buckets.withLock { $0[name] != nil } }
  var bucketNames: [String] { buckets.withLock { $0.keys.sorted() } }

  func object(_ bucket: String, _ key: KeyBytes) -> StoredObject? {
    buckets.withLock { $0[bucket]?.objects[key] }
  }

  func put(
    _ bytes: [UInt8], _ bucket: String, _ key: KeyBytes, entityTag: String?, contentType: String?,
    _ condition: WriteCondition, now: UnixTime
  ) throws(S3Error) -> StoredObject {
    let object = StoredObject(
      .memory(bytes), entityTag: entityTag ?? "\"\(Digests.hex(Digests.md5(bytes)))\"", modified: now,
      contentType: contentType)
    try buckets.withLock { buckets throws(S3Error) in
      try condition.check(buckets[bucket]?.objects[key], key: key)
      if buckets[bucket]?.objects.updateValue(object, forKey: key) == nil {
        buckets[bucket]?.sortedKeys = nil
      }
    }
    return object
  }

  func delete(_ bucket: String, _ key: KeyBytes) {
    buckets.withLock { buckets in
      if buckets[bucket]?.objects.removeValue(forKey: key) != nil { buckets[bucket]?.sortedKeys = nil }
    }
  }

  func objects(_ bucket: String, prefix: KeyBytes, from start: KeyBytes, limit: Int) -> [ListedObject] {
    buckets.withLock { buckets in
      guard let keys = buckets[bucket]?.keys(), let objects = buckets[bucket]?.objects else { return [] }
      let first = max(start, prefix)
      var low = 0
      var high = keys.count
      while low < high {
        let middle = (low + high) / 2
        if keys[middle] < first { low = middle + 1 } else { high = middle }
      }
      return keys[low...].prefix(limit).prefix { $0.bytes.starts(with: prefix.bytes) }.compactMap { key in
        objects[key].map {
          ListedObject(key: key, byteCount: $0.byteCount, entityTag: $0.entityTag, modified: $0.modified)
        }
      }
    }
  }
}
