import BinaryIO
@testable import DatasetLoading
import ObjectStorage
import SampleOrder
import ShardFormats
import TestSupport
import Testing

/// Orders that are made whole, kept in the cache directory.
@Suite struct CachedOrdersTests {
  private static func firstIds(_ stream: DataStream, _ stores: ObjectStoreRegistry) async throws -> [Int64] {
    let dataset = try await StreamingDataset([stream], batchSize: 64, stores: stores) {
      $0.shuffle = .naive
      $0.epochSize = 200_000
    }
    let plan = try dataset.loader().plan
    return plan.samples(rank: 0, batches: 0..<500)
  }

  @Test("a permutation is kept with the shards and read by the next process, also after damage")
  func kept() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<1000, to: folder + "/source", sizeLimit: 1400)
      let stores = try DatasetFixture.stores(from: folder + "/source") { $0 }
      let plain = try await Self.firstIds(DataStream(local: folder + "/source"), stores)
      #expect(try FileSystem.status(of: folder + "/source/.streaming-order") == nil)

      let stream = DataStream(remote: "mem://x", local: folder + "/cache")
      #expect(try await Self.firstIds(stream, stores) == plain)
      let orders = folder + "/cache/.streaming-order"
      let name = try #require(try FileSystem.list(orders).first { $0.hasPrefix("naive-") })
      let identity = try FileSystem.status(of: orders + "/" + name)?.identity
      #expect(try await Self.firstIds(stream, stores) == plain)
      #expect(try FileSystem.status(of: orders + "/" + name)?.identity == identity)

      var bytes = try FileSystem.readAll(orders + "/" + name)
      bytes[20_000] ^= 1
      try FileSystem.write(bytes.span.bytes, to: orders + "/" + name)
      #expect(try await Self.firstIds(stream, stores) == plain)
      #expect(try FileSystem.status(of: orders + "/" + name) == nil)
    }
  }
}
