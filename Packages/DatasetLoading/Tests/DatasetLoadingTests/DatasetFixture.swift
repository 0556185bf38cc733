import BinaryIO
import ColumnarBatch
import DatasetLoading
import DatasetWriting
import MDSFormat
import ObjectStorage
import SampleOrder
import ShardCompression
import ShardFormats
import ShardHashing
import Synchronization

/// Data sets whose samples tell their own number: `id`, and a text of varying length made from it.
enum DatasetFixture {
  static func text(_ id: Int) -> String { "sample \(id) " + String(repeating: "é", count: id * 7 % 23) }

  /// Writes samples `ids` in shards of about 20.
  @discardableResult
  static func write(
    _ ids: Range<Int>, to folder: String, codec: Codec? = nil, sizeLimit: Int = 1200
  ) async throws -> DatasetIndex {
    var options = WriterOptions()
    options.compression = codec
    options.hashes = [.xxh64]
    options.sizeLimit = ByteCount(sizeLimit)
    let format = try MDS(
      columns: ["id": .int, "text": .str, "weight": .float32],
      settings: ShardSettings(compression: codec, hashes: [.xxh64], sizeLimit: sizeLimit))
    var writer = try ShardWriter(to: folder, format: format, options: options, stores: ObjectStoreRegistry())
    for id in ids {
      try await writer.write(["id": .int(id), "text": .string(text(id)), "weight": .float32(Float(id) / 2)])
    }
    return try await writer.finish()
  }

  /// Puts a directory's files into a store of their own scheme, `mem://`.
  static func stores(
    from folder: String, wrapping wrap: @escaping @Sendable (MemoryStore) -> any ObjectStore = { $0 }
  ) throws -> ObjectStoreRegistry {
    var objects: [ObjectKey: [UInt8]] = [:]
    for name in try FileSystem.listRecursively(folder) where !name.hasPrefix(".") {
      objects[try ObjectKey(parsing: name)] = try FileSystem.readAll(folder + "/" + name)
    }
    let store = MemoryStore(objects)
    var stores = ObjectStoreRegistry()
    stores.register("mem") { _ in wrap(store) }
    return stores
  }

  /// The ids of a batch, after checking that every column belongs to them.
  static func ids(_ batch: Batch, offset: Int = 0) throws -> [Int] {
    let ids = try batch.column("id").withElements(as: Int64.self) { ids in ids.indices.map { Int(ids[$0]) } }
    let weights = try batch.column("weight").withElements(as: Float.self) { span in span.indices.map { span[$0] } }
    let texts = try batch.column("text")
    for (row, id) in ids.enumerated() {
      guard batch.sampleIDs[row] == Int64(id - offset), weights[row] == Float(id) / 2, try texts.string(row: row) == text(id)
      else { throw Mixed(row: row, id: id) }
    }
    return ids
  }

  struct Mixed: Error {
    var row: Int
    var id: Int
  }

  /// The names of the shards that a directory has, sorted.
  static func shards(in folder: String) throws -> [String] {
    try FileSystem.list(folder).filter { $0.hasPrefix("shard") }.sorted()
  }

  /// All batches of a loader, read on this thread.
  static func drain(_ loader: Loader) throws -> [[Int]] {
    var batches: [[Int]] = []
    while let batch = try loader.nextBlocking() { batches.append(try ids(batch)) }
    return batches
  }

  /// What the plan says the batches are.
  static func expected(_ plan: EpochPlan) -> [[Int]] {
    (0..<plan.batchCount(rank: plan.world.rank)).map { batch in
      plan.samples(rank: plan.world.rank, batches: batch..<batch + 1).filter { $0 >= 0 }.map(Int.init)
    }
  }
}
