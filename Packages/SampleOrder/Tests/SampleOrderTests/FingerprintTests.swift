import PythonJSON
import SampleOrder
import Testing

@Suite struct FingerprintTests {
  static func base() -> OrderOptions {
    var options = OrderOptions(batchSize: 4)
    options.shuffle = .py1e
    options.canonicalNodes = 4
    options.blockSize = 50
    return options
  }

  static func plan(
    _ options: OrderOptions, _ world: World = .single, sizes: [[Int]] = [[30, 40, 20], [25, 35]]
  ) throws -> EpochPlan {
    try EpochPlan(
      shape: DatasetShape(sizes.map { try StreamShape(shardSizes: $0) }), options: options, world: world)
  }

  /// Changes of one option each, and whether the order follows.
  static let changes: [(name: String, changesOrder: Bool, change: @Sendable (inout OrderOptions) -> Void)] = [
    ("seed", true, { $0.seed = 1 }), ("batch size", true, { $0.batchSize = 8 }),
    ("canonical nodes", true, { $0.canonicalNodes = 2 }), ("block size", true, { $0.blockSize = 60 }),
    ("algorithm", true, { $0.shuffle = .py1s }), ("no shuffle", true, { $0.shuffle = .none }),
    ("batching", true, { $0.batching = .perStream }), ("epoch size", true, { $0.epochSize = 100 }),
    ("evaluation", true, { $0.isEvaluation = true }), ("partition", false, { $0.partition = .orig }),
    ("granularity of nothing", false, { $0.samplingGranularity = 5 }),
    ("sampling of nothing", false, { $0.sampling = .fixed }),
    ("algorithm that isn't used", false, { $0.isShuffled = true }),
  ]

  @Test("differs with what changes the order, and with nothing else", arguments: changes.indices)
  func sensitive(index: Int) throws {
    let (name, changesOrder, change) = Self.changes[index]
    var options = Self.base()
    change(&options)
    let (before, after) = (try Self.plan(Self.base()), try Self.plan(options))
    #expect((before.fingerprint != after.fingerprint) == changesOrder, "\(name)")
    if !changesOrder {
      #expect(before.samples(rank: 0, batches: 0..<40) == after.samples(rank: 0, batches: 0..<40), "\(name)")
    }
  }

  @Test("settings without effect do not count")
  func irrelevant() throws {
    var options = Self.base()
    options.shuffle = .none
    let before = try Self.plan(options).fingerprint
    options.seed = 5
    options.blockSize = 9
    options.shuffleAlgorithm = .naive
    #expect(try Self.plan(options).fingerprint == before)
    options.shuffle = .py1s
    let blocks = try Self.plan(options).fingerprint
    options.blockSize = 12
    #expect(try Self.plan(options).fingerprint == blocks)
  }

  @Test("is equal on all ranks and on other worlds with the same global batch")
  func worlds() throws {
    var options = Self.base()
    var prints: Set<RunFingerprint> = []
    for (nodes, ranks, batch) in [(1, 1, 16), (2, 2, 4), (1, 4, 4), (4, 2, 2)] {
      options.batchSize = batch
      for rank in 0..<nodes * ranks {
        let world = try World(nodes: nodes, ranksPerNode: ranks, workersPerRank: 1 + rank % 3).seen(from: rank)
        prints.insert(try Self.plan(options, world).fingerprint)
      }
    }
    #expect(prints.count == 1)
    #expect(prints != [try Self.plan(options, .single, sizes: [[30, 40, 20], [26, 34]]).fingerprint])
  }

  @Test("another data set of equal sizes is told by its index, in any stream; one without an index compares the rest")
  func contents() throws {
    func run(_ hashes: [UInt64?], batch: Int = 4) throws -> RunOrder {
      let streams = try hashes.map { try StreamShape(shardSizes: [30, 40], contentHash: $0) }
      var options = Self.base()
      options.batchSize = batch
      return try RunOrder(shape: DatasetShape(streams), options: options, world: .single)
    }
    var first = try run([1, 2])
    let state = try first.nextPlan().state(afterBatches: 3, rank: 0)
    #expect(try CheckpointState(json: state.jsonText).fingerprint == state.fingerprint)
    let changes: [(hashes: [UInt64?], isSame: Bool)] = [
      ([1, 2], true), ([1, 3], false), ([2, 1], false), ([1, nil], true), ([nil, nil], true),
    ]
    for (hashes, isSame) in changes {
      var other = try run(hashes)
      other.load(state)
      if isSame {
        #expect(try other.nextPlan().position.sampleInEpoch == 12)
      } else {
        let error = #expect(throws: ConfigurationError.self) { try other.nextPlan() }
        #expect(error?.parameter == "index_contents")
      }
    }
    var other = try run([nil, nil], batch: 8)
    other.load(state)
    let error = #expect(throws: ConfigurationError.self) { try other.nextPlan() }
    #expect(error?.parameter == "global_batch_size")
  }

  @Test("a state of another order is refused by the option that differs, unless told otherwise")
  func refuses() throws {
    let state = try Self.plan(Self.base()).state(afterBatches: 3, rank: 0)
    let text = String(decoding: state.json.encoded(sortingKeys: true), as: UTF8.self)
    let read = try CheckpointState(json: text)
    #expect(read == state)
    #expect(text.utf8.count < 1000)
    var options = Self.base()
    options.blockSize = 51
    var run = try RunOrder(shape: Self.plan(options).shape, options: options, world: .single)
    run.load(read)
    let error = #expect(throws: ConfigurationError.self) { try run.nextPlan() }
    #expect(error?.code == .fingerprintMismatch)
    #expect(error?.parameter == "shuffle_block_size")
    run.load(read, ignoringFingerprint: true)
    #expect(try run.nextPlan().position.sampleInEpoch == 12)
    // Without a fingerprint, as upstream's states are, it loads.
    run = try RunOrder(shape: run.shape, options: options, world: .single)
    run.load(try CheckpointState(json: state.upstreamJSON))
    #expect(try run.nextPlan().position.sampleInEpoch == 12)
  }
}
