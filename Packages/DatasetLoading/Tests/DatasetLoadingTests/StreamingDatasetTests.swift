import BinaryIO
import ColumnarBatch
import DatasetLoading
import DatasetWriting
import MDSFormat
import ObjectStorage
import SampleOrder
import ShardCaching
import ShardFormats
import TestSupport
import Testing

@Suite struct StreamingDatasetTests {
  @Test("samples are found by number, alone and in ranges")
  func randomAccess() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<100, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], stores: ObjectStoreRegistry())
      for id in [0, 1, 57, 99] {
        #expect(try dataset[id]["text"] == .string(DatasetFixture.text(id)))
        #expect(try dataset.withSample(at: id) { sample throws in try sample.int("id") } == id)
      }
      let range = try dataset[40..<45]
      #expect(try range.values().map { $0["id"] } == (40..<45).map { .int($0) })
      #expect(try range[41]["id"] == .int(41))
      for id in [-1, -100] { #expect(try dataset[id]["id"] == .int(100 + id)) }
      func ids(_ samples: [[String: ColumnValue]]) -> [Int] {
        samples.compactMap { if case .int(let id)? = $0["id"] { id } else { nil } }
      }
      #expect(try ids(dataset.values(at: [3, 99, 3, -2])) == [3, 99, 3, 98])
      // Python: list(range(100))[start:stop:step]
      #expect(try ids(dataset.slice()) == Array(0..<100))
      #expect(try ids(dataset.slice(from: 95)) == Array(95..<100) && ids(dataset.slice(from: 95, to: 300)) == Array(95..<100))
      #expect(try ids(dataset.slice(from: -3)) == [97, 98, 99] && ids(dataset.slice(to: -98)) == [0, 1])
      #expect(try ids(dataset.slice(from: 2, to: 9, by: 3)) == [2, 5, 8] && ids(dataset.slice(from: 9, to: 2)) == [])
      #expect(try ids(dataset.slice(from: 5, to: 1, by: -2)) == [5, 3] && ids(dataset.slice(from: 300, by: -40)) == [99, 59, 19])
      #expect(try ids(dataset.slice(from: 2, by: -1)) == [2, 1, 0] && ids(dataset.slice(from: -300, to: 2)) == [0, 1])
      #expect(try ids(dataset.slice(from: Int.min, to: Int.min, by: -1)) == [])
      #expect(throws: LoadingError.self) { try dataset.slice(by: 0) }
      for id in [-101, 100, Int.min, Int.max] {
        let error = #expect(throws: LoadingError.self) { try dataset[id] }
        #expect(error?.code == .noSuchSample)
      }
      #expect(throws: LoadingError.self) { try dataset[90..<101] }
      #expect(throws: LoadingError.self) { try range[45] }
    }
  }

  @Test("one access fetches one shard")
  func lazy() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<100, to: folder + "/source")
      let stores = try DatasetFixture.stores(from: folder + "/source")
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://x", local: folder + "/cache")], stores: stores)
      #expect(try FileSystem.list(folder + "/cache") == [".streaming-cache", "index.json"])
      #expect(try await dataset.fetchSample(at: 99)["id"] == .int(99))
      #expect(try FileSystem.list(folder + "/cache").filter { $0.hasPrefix("shard") }.count == 1)
    }
  }

  @Test("shards are fetched for so many samples ahead as predownload says, and no further", arguments: [8, 40, 200])
  func predownload(samples: Int) async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<1000, to: folder + "/source")
      let downloads = CountedDownloads()
      let stores = try DatasetFixture.stores(from: folder + "/source") { downloads.store(over: $0) }
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://x", local: folder + "/cache")], batchSize: 8, stores: stores
      ) { $0.predownload = samples }
      let loader = try dataset.loader { $0.threads = 1 }
      var delivered = 0
      while let batch = try loader.nextBlocking() {
        delivered += batch.rowCount
        // Two batches at least, and those that the consumer took together with this one.
        let last = min(999, delivered + max(16, samples) + 16)
        #expect(downloads.value <= dataset.shape.locator.location(of: last).shard + 1, "after \(delivered)")
      }
      #expect(downloads.value == dataset.shape.shardCount)
    }
  }

  @Test("a split is a directory of both the remote and the local one; without a local one the address names it")
  func places() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<30, to: folder + "/source/train")
      try await DatasetFixture.write(30..<50, to: folder + "/source/val")
      func ids(_ stream: DataStream) async throws -> [Int] {
        let dataset = try await StreamingDataset([stream], batchSize: 10, stores: ObjectStoreRegistry())
        var ids: [Int] = []
        for try await batch in try dataset.loader() {
          ids += try batch.column("id").withElements(as: Int64.self) { ids in ids.indices.map { Int(ids[$0]) } }
        }
        return ids
      }
      #expect(try await ids(DataStream(local: folder + "/source", split: "val")) == Array(30..<50))
      for split in ["train", "val"] {
        let stream = DataStream(remote: folder + "/source", local: folder + "/cache", split: split)
        #expect(try await ids(stream) == Array(split == "train" ? 0..<30 : 30..<50))
        #expect(try FileSystem.list("\(folder)/cache/\(split)").contains("index.json"))
      }
      #expect(try FileSystem.list(folder + "/cache").sorted() == ["train", "val"])

      // Named by the address alone: the next run finds it again, another address has another one.
      let before = Set(try FileSystem.list(FileSystem.temporaryDirectory))
      #expect(try await ids(DataStream(remote: folder + "/source/train")) == Array(0..<30))
      let made = Set(try FileSystem.list(FileSystem.temporaryDirectory)).subtracting(before).filter { $0.hasPrefix("streaming-") }
      defer { for name in made { try? FileSystem.removeTree("\(FileSystem.temporaryDirectory)/\(name)") } }
      #expect(made.count == 1)
      try FileSystem.rename(folder + "/source/train/index.json", to: folder + "/source/train/gone")
      for shard in try DatasetFixture.shards(in: folder + "/source/train") { try FileSystem.remove("\(folder)/source/train/\(shard)") }
      #expect(try await ids(DataStream(remote: folder + "/source/train")) == Array(0..<30))
    }
  }

  @Test("streams of one data set may not share a directory for two addresses")
  func overlap() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<30, to: folder + "/a")
      try await DatasetFixture.write(30..<60, to: folder + "/b")
      let error = await #expect(throws: LoadingError.self) {
        try await StreamingDataset(
          [
            DataStream(remote: folder + "/a", local: folder + "/cache"),
            DataStream(remote: folder + "/b", local: folder + "/cache"),
          ], batchSize: 4, stores: ObjectStoreRegistry())
      }
      #expect(error?.code == .cache)
      let cause = error?.cause as? CacheError
      #expect(cause?.code == .otherRemote || cause?.code == .otherIndex)
    }
  }

  @Test("settings that can't be honoured are errors that name them")
  func configuration() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<10, to: folder + "/a")
      let stores = ObjectStoreRegistry()
      func code(_ streams: [DataStream], batchSize: Int? = 4) async -> LoadingError.Code? {
        do throws(LoadingError) {
          let dataset = try await StreamingDataset(streams, batchSize: batchSize, stores: stores)
          _ = try dataset.loader()
          return nil
        } catch {
          return error.code
        }
      }
      let a = folder + "/a"
      #expect(await code([DataStream(local: a)]) == nil)
      #expect(await code([]) != nil)
      #expect(await code([DataStream()]) == .configuration)
      #expect(await code([DataStream(local: a)], batchSize: nil) == .configuration)
      #expect(await code([DataStream(local: a, proportion: 1, choose: 3)]) == .configuration)
      #expect(await code([DataStream(local: a, proportion: -1)]) == .configuration)
      #expect(await code([DataStream(remote: "nowhere://b", local: folder + "/c")]) == .configuration)
      #expect(await code([DataStream(local: folder + "/absent")]) == .index)
      #expect(await code([DataStream(local: a, split: "../a")]) == .configuration)
      #expect(await code([DataStream(remote: folder + "/absent", local: folder + "/c")]) == .index)
      #expect(try FileSystem.status(of: folder + "/c/index.json") == nil)
      try FileSystem.write(Array("{\"shards\": [".utf8).span.bytes, to: a + "/index.json")
      #expect(await code([DataStream(local: a)]) == .index)
    }
  }

  @Test("shards of other columns are an error when they are opened; pickles need leave")
  func schemas() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<10, to: folder + "/a")
      let stores = ObjectStoreRegistry()
      let format = try MDS(columns: ["id": .str, "p": .pkl])
      var writer = try ShardWriter(to: folder + "/b", format: format, options: WriterOptions(), stores: stores)
      try await writer.write(["id": .string("x"), "p": .bytes([1])])
      _ = try await writer.finish()
      let refused = await #expect(throws: LoadingError.self) {
        try await StreamingDataset([DataStream(local: folder + "/b")], batchSize: 1, stores: stores)
      }
      #expect(refused?.code == .unsafeColumn)
      let dataset = try await StreamingDataset(
        [DataStream(local: folder + "/a"), DataStream(local: folder + "/b")], batchSize: 1, stores: stores
      ) {
        $0.allowsUnsafeTypes = true
      }
      let loader = try dataset.loader()
      let error = #expect(throws: LoadingError.self) { while try loader.nextBlocking() != nil {} }
      #expect(error?.code == .schemaMismatch)
      #expect(error?.stream == 1)
    }
  }

  @Test("a local directory as remote is copied, the same directory is used in place")
  func localRemote() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<100, to: folder + "/a")
      let before = try FileSystem.list(folder + "/a")
      let copied = try await StreamingDataset(
        [DataStream(remote: folder + "/a", local: folder + "/b")], batchSize: 10, stores: ObjectStoreRegistry())
      #expect(try DatasetFixture.drain(try copied.loader()).flatMap { $0 } == Array(0..<100))
      let shared = try await StreamingDataset(
        [DataStream(remote: folder + "/a", local: folder + "/a")], batchSize: 10, stores: ObjectStoreRegistry())
      #expect(try DatasetFixture.drain(try shared.loader()).flatMap { $0 } == Array(0..<100))
      #expect(try FileSystem.list(folder + "/a") == before)
    }
  }
}
