import CachePlanning
import SampleOrder
import StreamingSimulation
import Testing

@Suite struct RunSimulationTests {
  /// A run over shards of equal sizes, without shuffling.
  private static func simulation(
    shards: Int, samples: Int = 10, byteCount: Int = 100, world: World = .single, _ machines: SimulatedMachines,
    configure: (inout OrderOptions) -> Void = { _ in }
  ) throws -> RunSimulation {
    var options = OrderOptions(batchSize: 10)
    configure(&options)
    let sizes = [Int](repeating: byteCount, count: shards)
    return try RunSimulation(
      shape: DatasetShape(shardSizes: [Int](repeating: samples, count: shards)), options: options, world: world,
      rawByteCounts: sizes, storedByteCounts: sizes, machines: machines)
  }

  private static func isNear(_ one: Double, _ other: Double) -> Bool { abs(one - other) < 1e-6 }

  @Test("where downloads cost nothing an epoch takes its steps' time")
  func noWaiting() throws {
    var run = try Self.simulation(shards: 40, try SimulatedMachines(bytesPerSecond: 1e18, stepTime: 0.5))
    let epoch = try run.nextEpoch()
    #expect(epoch.stepCount == 40 && epoch.sampleCount == 400 && epoch.downloadCount == 40)
    #expect(Self.isNear(epoch.duration, 20) && Self.isNear(epoch.waiting, 0) && Self.isNear(epoch.samplesPerSecond, 20))
  }

  @Test("one shard on one node: its download, then the steps; the next epoch has it")
  func oneShard() throws {
    // snippet: simulation
    let machines = try SimulatedMachines(bytesPerSecond: 100, stepTime: 1)
    var run = try RunSimulation(
      shape: DatasetShape(shardSizes: [100]), options: OrderOptions(batchSize: 10), world: .single,
      rawByteCounts: [2000], storedByteCounts: [1000], machines: machines)
    let first = try run.nextEpoch()
    #expect(first.firstBatch == 10 && first.waiting == 10 && first.duration == 20)
    #expect(first.downloadedByteCount == 1000)
    // end snippet
    let second = try run.nextEpoch()
    #expect(second.epoch == 1 && second.downloadCount == 0 && second.waiting == 0 && Self.isNear(second.duration, 10))
    #expect(try run.leastCacheLimit() == 2000)
  }

  @Test("the slower of link and steps sets the pace")
  func pace() throws {
    // 2 s a shard, a shard a step.
    var slowLink = try Self.simulation(shards: 10, try SimulatedMachines(bytesPerSecond: 50, stepTime: 1))
    let limited = try slowLink.nextEpoch()
    #expect(Self.isNear(limited.firstBatch, 2) && Self.isNear(limited.duration, 21) && Self.isNear(limited.waiting, 11))
    for predownload in [nil, 10, 1] {
      var slowSteps = try Self.simulation(
        shards: 10, try SimulatedMachines(bytesPerSecond: 50, stepTime: 3, predownload: predownload))
      let hidden = try slowSteps.nextEpoch()
      #expect(Self.isNear(hidden.duration, 32) && Self.isNear(hidden.waiting, 2), "\(predownload ?? 0)")
    }
    // All nodes wait for the slowest: here both need five shards each, at the same rate.
    var twoNodes = try Self.simulation(
      shards: 10, world: try World(nodes: 2), try SimulatedMachines(bytesPerSecond: 50, stepTime: 1))
    let both = try twoNodes.nextEpoch()
    #expect(both.stepCount == 5 && both.downloadCount == 10 && Self.isNear(both.duration, 11))
  }

  @Test("with a limit shards come again, fewer by the plan than by last use; too small a limit is refused, the least is told")
  func limited() throws {
    func downloads(_ policy: EvictionPolicy, limit: Int) throws -> [Int] {
      // Looking far ahead would fill the cache with what is needed soon.
      let machines = try SimulatedMachines(
        bytesPerSecond: 1e6, stepTime: 1, cacheLimit: limit, policy: policy, predownload: 10)
      var run = try Self.simulation(shards: 20, machines)
      return try (0..<4).map { _ in try run.nextEpoch().downloadCount }
    }
    // In a sequence that repeats, last use keeps what is needed last.
    #expect(try downloads(.leastRecentlyUsed, limit: 600) == [20, 20, 20, 20])
    let planned = try downloads(.clairvoyant, limit: 600)
    #expect(planned[0] == 20 && planned.dropFirst().allSatisfy { (14...16).contains($0) }, "\(planned)")
    #expect(try downloads(.clairvoyant, limit: 2000) == [20, 0, 0, 0])

    let machines = try SimulatedMachines(bytesPerSecond: 1e6, stepTime: 1)
    let least = try Self.simulation(shards: 20, machines).leastCacheLimit()
    #expect(least == 100)
    #expect(try downloads(.clairvoyant, limit: least).first == 20)
    let error = #expect(throws: ConfigurationError.self) { try downloads(.clairvoyant, limit: least - 1) }
    #expect(error?.parameter == "cache limit")
  }

  @Test("shuffled runs with limits end, whatever the settings, and without a limit each node fetches each shard once", arguments: 0..<12)
  func shuffled(seed: Int) throws {
    let nodes = 1 + seed % 3
    let machines = try SimulatedMachines(
      bytesPerSecond: 500, stepTime: 0.1, cacheLimit: seed % 2 == 0 ? nil : 3000,
      policy: seed % 4 == 1 ? .leastRecentlyUsed : .clairvoyant)
    var run = try Self.simulation(shards: 40, samples: 17, world: try World(nodes: nodes, ranksPerNode: 2), machines) {
      $0.shuffle = ShuffleAlgorithm.allCases[seed % ShuffleAlgorithm.allCases.count]
      $0.blockSize = 60
      $0.seed = ShuffleSeed(UInt64(seed))
    }
    for number in 0..<2 {
      let epoch = try run.nextEpoch()
      #expect(epoch.epoch == number && epoch.duration >= Double(epoch.stepCount) * 0.1 - 1e-9)
      #expect(Self.isNear(epoch.duration, epoch.waiting + Double(epoch.stepCount) * 0.1))
      if seed % 2 == 0 { #expect(number == 0 ? epoch.downloadCount >= 40 : epoch.downloadCount <= 40 * (nodes - 1) + 40) }
    }
  }

  @Test("numbers that make no sense are refused by name")
  func refused() throws {
    for rate in [0, -1, Double.nan, .infinity] {
      let error = #expect(throws: ConfigurationError.self) { try SimulatedMachines(bytesPerSecond: rate, stepTime: 1) }
      #expect(error?.parameter == "bandwidth")
    }
    for time in [-1, Double.nan, .infinity] {
      let error = #expect(throws: ConfigurationError.self) { try SimulatedMachines(bytesPerSecond: 1, stepTime: time) }
      #expect(error?.parameter == "step time")
    }
    let machines = try SimulatedMachines(bytesPerSecond: 1, stepTime: 1)
    #expect(throws: ConfigurationError.self) {
      try RunSimulation(
        shape: DatasetShape(shardSizes: [5]), options: OrderOptions(batchSize: 1), world: .single, rawByteCounts: [],
        storedByteCounts: [1], machines: machines)
    }
  }

  @Test("a sequence has no entropy, every shuffle has, and the more the farther it carries samples")
  func quality() throws {
    func score(_ algorithm: ShuffleAlgorithm, block: Int = 200) throws -> ShuffleQuality {
      var options = OrderOptions(batchSize: 8)
      options.shuffle = algorithm
      options.blockSize = block
      options.canonicalNodes = 1
      let shape = try DatasetShape(shardSizes: [Int](repeating: 50, count: 100))
      return ShuffleQuality(of: try EpochPlan(shape: shape, options: options, world: .single))
    }
    let sequence = try score(.none)
    #expect(sequence.samples == 0 && sequence.score == 0)
    let (near, far, all) = (try score(.py1e), try score(.py1e, block: 1000), try score(.naive))
    #expect(0 < near.score && near.score < far.score && far.score < all.score)
    // 4,999 distances of which few are equal.
    #expect(all.samples > 10 && all.samples < 12.3)
  }
}
