import SampleOrder
import Testing

/// Numbers that nobody means, in every place that takes one: an error that names the parameter, or a plan; never a trap.
@Suite struct BadInputTests {
  static let numbers = [
    Int.min, Int.min + 1, -(1 << 53), -1, 0, 1, 3, 1 << 24, 1 << 31, 1 << 32, 1 << 40, 1 << 53, (1 << 53) + 1, 1 << 62, Int.max,
  ]
  static let doubles = [-Double.infinity, -1, -0.0, 0, 1e-300, 0.1, 1, 1e18, 1e300, .infinity, .nan]

  /// Whether so many samples are accepted, but take long to plan.
  private static func isLarge(_ number: Int) -> Bool { (1 << 20...1 << 53).contains(number) }

  /// Plans, and reads the first batch; what is wrong with the setting is told by a typed error.
  private func plan(
    _ change: (inout OrderOptions) -> Void = { _ in }, world: World = .single, from position: EpochPosition = .start,
    streams: [StreamShape]? = nil
  ) -> ConfigurationError? {
    do throws(ConfigurationError) {
      var options = OrderOptions(batchSize: 4)
      options.shuffle = .py1e
      change(&options)
      let shape: DatasetShape
      if let streams { shape = try DatasetShape(streams) } else { shape = try DatasetShape(shardSizes: [30, 20, 25]) }
      let plan = try EpochPlan(shape: shape, options: options, world: world, from: position)
      if plan.batchSize <= 1 << 16 { _ = plan.samples(rank: 0, batches: 0..<1) }
      _ = (plan.batchCount(rank: 0), plan.batchesPerWorker, plan.fingerprint)
      return nil
    } catch {
      return error
    }
  }

  @Test("a number in any option", arguments: numbers)
  func options(number: Int) {
    let changes: [(name: String, change: (inout OrderOptions) -> Void)] = [
      ("batch_size", { $0.batchSize = number }), ("shuffle_block_size", { $0.blockSize = number }),
      ("num_canonical_nodes", { $0.canonicalNodes = number }), ("sampling_granularity", { $0.samplingGranularity = number }),
      ("epoch_size", { $0.epochSize = number }), ("replication", { $0.replication = number }),
    ]
    for algorithm in ShuffleAlgorithm.allCases {
      for (name, change) in changes where name != "epoch_size" || !Self.isLarge(number) {
        let error = plan { options in
          options.shuffle = algorithm
          change(&options)
        }
        if number < 0 { #expect(error != nil, "\(name) of \(number), \(algorithm)") }
        if let error { #expect(!error.parameter.isEmpty && !error.found.isEmpty, "\(name) of \(number)") }
      }
    }
  }

  @Test("a number in the position", arguments: numbers)
  func positions(number: Int) {
    for position in [
      EpochPosition(epoch: number), EpochPosition(sampleInEpoch: number), EpochPosition(initialNodes: number),
    ] {
      for batching in BatchingMethod.allCases {
        let error = plan({ $0.batching = batching }, from: position)
        if number < 0, position.initialNodes == nil { #expect(error != nil, "\(position)") }
      }
    }
  }

  @Test("a number in a world", arguments: numbers)
  func worlds(number: Int) {
    for (nodes, ranks, workers, node, local) in [
      (number, 1, 1, 0, 0), (1, number, 1, 0, 0), (1, 1, number, 0, 0), (2, 2, 1, number, 0), (2, 2, 1, 0, number),
      (number, number, number, 0, 0),
    ] {
      do throws(ConfigurationError) {
        let world = try World(
          nodes: nodes, ranksPerNode: ranks, workersPerRank: workers, node: node, localRank: local)
        for batching in BatchingMethod.allCases { _ = plan({ $0.batching = batching }, world: world) }
      } catch {
        #expect(error.code == .outOfRange)
      }
    }
    #expect(throws: ConfigurationError.self) { try World(nodes: 0) }
    #expect(throws: ConfigurationError.self) { try World.single.seen(from: number == 0 ? 1 : number) }
  }

  @Test("a number as the size of a shard", arguments: numbers)
  func shards(number: Int) {
    // A shard of more than can be shuffled in memory is planned without a shuffle alone.
    for sizes in [[number], [5, number], [number, number, number]] {
      let stream = try? StreamShape(shardSizes: sizes)
      if number < 0 || number > 1 << 53 { #expect(stream == nil, "\(sizes)") }
      guard let stream else { continue }
      for algorithm in ShuffleAlgorithm.allCases where number < 1 << 20 || [.none, .feistel].contains(algorithm) {
        _ = plan({ $0.shuffle = algorithm }, streams: [stream])
      }
    }
  }

  @Test("a number as a stream's weight, alone and beside another", arguments: doubles.indices)
  func weights(index: Int) throws {
    let number = Self.doubles[index]
    let other = try StreamShape(shardSizes: [10, 10], weight: .proportion(1))
    for weight in [StreamWeight.proportion(number), .repeating(number)] {
      let stream = try StreamShape(shardSizes: [9, 7], weight: weight)
      for streams in [[stream], [stream, other], [stream, stream]] {
        for batching in BatchingMethod.allCases {
          let error = plan({ $0.batching = batching }, streams: streams)
          if !(number >= 0) { #expect(error != nil, "\(weight)") }
        }
      }
    }
    #expect((try? StreamWeight(proportion: number)) == nil || number >= 0)
    #expect((try? StreamWeight(repeating: number)) == nil || number >= 0)
  }

  @Test("a number as the samples to choose", arguments: numbers)
  func choose(number: Int) throws {
    guard !Self.isLarge(number) else { return }
    let error = plan(streams: [try StreamShape(shardSizes: [9, 7], weight: .choose(number))])
    if number < 0 || number > 1 << 53 { #expect(error?.parameter == "choose", "\(number)") }
  }

  @Test("a number in a checkpoint", arguments: numbers)
  func checkpoints(number: Int) throws {
    let shape = try DatasetShape(shardSizes: [30, 20, 25])
    for key in ["epoch", "sample_in_epoch", "num_canonical_nodes", "initial_physical_nodes", "shuffle_seed"] {
      var members = [
        "epoch": 0, "sample_in_epoch": 8, "num_canonical_nodes": 2, "initial_physical_nodes": 1, "shuffle_seed": 7,
      ]
      members[key] = number
      let text = "{" + members.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
      do throws(ConfigurationError) {
        let state = try CheckpointState(json: text)
        var options = OrderOptions(batchSize: 4)
        options.shuffle = .py1e
        var run = try RunOrder(shape: shape, options: options, world: .single)
        run.load(state)
        _ = try run.nextPlan()
        _ = run.state(sampleCount: 4, fromBeginning: false)
      } catch {
        #expect(!error.parameter.isEmpty, "\(key) of \(number)")
      }
    }
  }
}
