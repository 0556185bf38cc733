import BinaryIO
import ColumnarBatch
import DatasetLoading
import ObjectStorage
import SampleOrder
import ShardCaching
import ShardFormats
import TestSupport
import Testing

@Suite struct DamageTests {
  /// What is done to shard 5 in the store.
  enum Damage: CaseIterable { case flipped, short, missing, sizes }

  static let count = 300
  static let path = "/source/shard.00005.mds"

  /// Writes a data set and damages its shard 5; tells which ids that shard has.
  static func write(_ folder: String, _ damage: Damage?) async throws -> Set<Int> {
    let index = try await DatasetFixture.write(0..<count, to: folder + "/source")
    let counts = index.sampleCounts
    let first = counts[..<5].reduce(0, +)
    var bytes = try FileSystem.readAll(folder + path)
    switch damage {
    case nil: break
    case .flipped: bytes[bytes.count / 2] ^= 1
    case .short: bytes.removeLast(7)
    case .missing: break
    case .sizes:
      // The size of the text of a sample in the middle, which then does not fill it.
      let offset = 4 + 4 * (counts[5] / 2)
      let start = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
      bytes[start] ^= 1
    }
    if damage == .missing {
      try FileSystem.remove(folder + path)
    } else {
      try FileSystem.write(bytes.span.bytes, to: folder + path)
    }
    return Set(first..<first + counts[5])
  }

  static func dataset(
    _ folder: String, cache: String = "/cache", policy: DamagePolicy, damage: Damage?, world: World = .single
  ) async throws -> StreamingDataset {
    let stores = try DatasetFixture.stores(from: folder + "/source")
    return try await StreamingDataset(
      [DataStream(remote: "mem://x", local: folder + cache)], batchSize: 8, world: world, stores: stores
    ) {
      $0.shuffle = .py1e
      $0.damagedShards = policy
      if damage == .sizes { $0.cache.hashCheck = .never }
    }
  }

  @Test("a damaged shard is left out on all ranks alike, counted, and told; as it is an error else", arguments: Damage.allCases)
  func skips(damage: Damage) async throws {
    try await withTemporaryDirectory { folder in
      let lost = try await Self.write(folder, damage)
      var seen: [Int] = []
      for rank in 0..<2 {
        let world = try World(nodes: 1, ranksPerNode: 2).seen(from: rank)
        for threads in [1, 3] {
          let cache = "/cache\(rank)\(threads)"
          let dataset = try await Self.dataset(
            folder, cache: cache, policy: .skip(atMost: 1), damage: damage, world: world)
          let loader = try dataset.loader { $0.threads = threads }
          let expected = DatasetFixture.expected(loader.plan).map { $0.filter { !lost.contains($0) } }
          var batches: [[Int]] = []
          for try await batch in loader {
            batches.append(try DatasetFixture.ids(batch))
            #expect(batch.position.batch == batches.count - 1)
          }
          #expect(batches == expected)
          #expect(dataset.skippedShards.map(\.shard) == [5])
          #expect(dataset.skippedShards.map(\.sampleCount) == [lost.count])
          #expect(dataset.skippedShards[0].reason?.code == .shard)
          #expect(loader.initialState.skippedShards == [5])
          if threads == 1 { seen += batches.flatMap { $0 } }
        }
      }
      #expect(Set(seen) == Set(0..<Self.count).subtracting(lost))
      for policy in [DamagePolicy.fail, .skip(atMost: 0)] {
        // Without the policy a sample is checked when it is read.
        let loader = try await Self.dataset(folder, policy: policy, damage: damage).loader()
        let error = await #expect(throws: LoadingError.self) { for try await _ in loader {} }
        #expect(error?.shard == 5)
      }
    }
  }

  @Test("a run that resumes leaves out what its state names, even if it is sound again")
  func resumes() async throws {
    try await withTemporaryDirectory { folder in
      let lost = try await Self.write(folder, .flipped)
      let loader = try await Self.dataset(folder, policy: .skip(atMost: 3), damage: .flipped).loader()
      var batches: [[Int]] = []
      var states: [CheckpointState] = []
      for try await batch in loader {
        batches.append(try DatasetFixture.ids(batch))
        states.append(loader.state(after: batch))
      }
      #expect(states[20].skippedShards == [5])
      let text = states[20].jsonText
      #expect(text.contains("\"skipped_shards\": [5]"))
      _ = try await Self.write(folder + "/sound", nil)
      let dataset = try await Self.dataset(folder + "/sound", policy: .fail, damage: nil)
      let resumed = try dataset.loader(resuming: try CheckpointState(json: text))
      var rest: [[Int]] = []
      for try await batch in resumed { rest.append(try DatasetFixture.ids(batch)) }
      #expect(rest == Array(batches[21...]))
      #expect(!rest.flatMap { $0 }.contains { lost.contains($0) })
      #expect(dataset.skippedShards.map(\.shard) == [5] && dataset.skippedShards[0].reason == nil)
      // The next epoch as well.
      var next: Set<Int> = []
      for try await batch in try dataset.loader() { next.formUnion(try DatasetFixture.ids(batch)) }
      #expect(next == Set(0..<Self.count).subtracting(lost))
      var foreign = states[20]
      foreign.skippedShards = [1000]
      #expect(throws: LoadingError.self) { try dataset.loader(resuming: foreign) }
    }
  }

  @Test("a store that does not answer is an error, whatever the policy")
  func unanswered() async throws {
    try await withTemporaryDirectory { folder in
      _ = try await Self.write(folder, nil)
      let stores = try DatasetFixture.stores(from: folder + "/source") { store in
        FaultInjectingStore(store, seed: 1, rates: [.unavailable: 1])
      }
      try FileSystem.createDirectory(folder + "/cache")
      let index = try FileSystem.readAll(folder + "/source/index.json")
      try FileSystem.write(index.span.bytes, to: folder + "/cache/index.json")
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://x", local: folder + "/cache")], batchSize: 8, stores: stores
      ) {
        $0.damagedShards = .skip(atMost: 1000)
      }
      let loader = try dataset.loader()
      let error = await #expect(throws: LoadingError.self) { for try await _ in loader {} }
      #expect(error?.code == .shard)
      #expect(dataset.skippedShards.isEmpty)
    }
  }
}
