import ColumnarBatch
import DatasetLoading
import ObjectStorage
import SampleOrder
import ShardCompression
import ShardFormats
import Synchronization
import TestSupport
import Testing

/// Many nodes of several processes each that start at once over one store; a directory stands for a node's disk.
@Suite struct ManyNodesTests {
  @Test(
    "each node asks for the index and for each shard it needs once, however many processes it has", .timeLimit(.minutes(1)))
  func oncePerNode() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<640, to: folder + "/source")
      let log = RequestLog()
      let stores = try DatasetFixture.stores(from: folder + "/source") { log.store(over: $0) }
      let (nodes, processes) = (16, 4)
      let delivered = try await withThrowingTaskGroup(of: [Int].self) { group in
        for rank in 0..<nodes * processes {
          group.addTask {
            let world = try World(nodes: nodes, ranksPerNode: processes).seen(from: rank)
            let stream = DataStream(remote: "mem://x", local: "\(folder)/\(rank / processes)")
            let dataset = try await StreamingDataset([stream], batchSize: 2, world: world, stores: stores) {
              $0.shuffle = .py1s
            }
            var ids: [Int] = []
            for try await batch in try dataset.loader() { ids += try DatasetFixture.ids(batch) }
            return ids
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(Set(delivered) == Set(0..<640))
      #expect(log.counts["index.json"] == nodes)
      for (key, count) in log.counts where key != "index.json" { #expect(count <= nodes, "\(key)") }
    }
  }

  @Test("more tasks than there are threads read samples of shards that are being fetched", .timeLimit(.minutes(1)))
  func manyTasks() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<400, to: folder + "/source", codec: .zstd(level: 1))
      let stores = try DatasetFixture.stores(from: folder + "/source")
      let dataset = try await StreamingDataset([DataStream(remote: "mem://x", local: folder + "/cache")], stores: stores)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<200 {
          let id = number % 4 * 100 + number / 4
          group.addTask {
            let sample = try await dataset.fetchSample(at: id)
            #expect(sample["id"] == .int(id))
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("with a spread the nodes ask for the index one after another, and only where they have none")
  func spread() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<40, to: folder + "/source")
      let log = RequestLog()
      let stores = try DatasetFixture.stores(from: folder + "/source") { log.store(over: $0) }
      @Sendable func open(_ node: Int, spread: Duration) async throws {
        let world = try World(nodes: 4).seen(from: node)
        _ = try await StreamingDataset(
          [DataStream(remote: "mem://x", local: "\(folder)/\(node)")], batchSize: 2, world: world, stores: stores
        ) { $0.startSpread = spread }
      }
      let start = ContinuousClock.now
      try await withThrowingTaskGroup(of: Void.self) { group in
        for node in 0..<4 { group.addTask { try await open(node, spread: .milliseconds(400)) } }
        try await group.waitForAll()
      }
      let times = log.indexTimes.sorted()
      #expect(times.count == 4)
      for (node, time) in times.enumerated() { #expect(time - start >= .milliseconds(100 * node)) }
      // Nobody waits where the index is there.
      try await open(3, spread: .seconds(3600))
      let waiting = Task { try await open(2, spread: .seconds(3600)) }
      try await waiting.value
      let cancelled = Task {
        _ = try await StreamingDataset(
          [DataStream(remote: "mem://x", local: folder + "/new")], batchSize: 2, world: World(nodes: 4).seen(from: 1),
          stores: stores
        ) { $0.startSpread = .seconds(3600) }
      }
      cancelled.cancel()
      let error = await #expect(throws: LoadingError.self) { try await cancelled.value }
      #expect(error?.code == .cancelled)
    }
  }
}

/// How often each object was asked for, and when the index was.
private final class RequestLog: Sendable {
  private let state = Mutex<(counts: [String: Int], indexTimes: [ContinuousClock.Instant])>(([:], []))
  var counts: [String: Int] { state.withLock { $0.counts } }
  var indexTimes: [ContinuousClock.Instant] { state.withLock { $0.indexTimes } }

  func store(over base: MemoryStore) -> WatchedStore { WatchedStore(base: base, asked: { self.add($0.text) }) }

  private func add(_ key: String) {
    state.withLock { state in
      state.counts[key, default: 0] += 1
      if key == "index.json" { state.indexTimes.append(.now) }
    }
  }
}
