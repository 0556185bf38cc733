import NumPyRandom
import Testing

@testable import SampleOrder

@Suite struct SamplingTests {
  // From upstream's number_abbrev_to_int (0.13.0).
  @Test("numbers with suffixes", arguments: [
    ("10k", 10_000), ("1.5K", 1500), ("2m", 2_000_000), ("0.1b", 100_000_000), ("1t", 1_000_000_000_000), ("77", 77),
    (" 5 k ", 5000), ("007", 7), ("\u{663}", 3), ("-2k", -2000), ("1e3k", 1_000_000), ("1_0k", 10_000),
    ("1.23456789k", 1234), ("0", 0),
  ])
  func numbers(text: String, expected: Int) throws { #expect(try sampleCount(abbreviation: text) == expected) }

  @Test("what is no number of samples", arguments: [
    "", "k", "1e3", "1_000", "-5", "3.7", "1kk", "infk", "nank", "0x10k", "_1k", "1__0k", "\u{b2}", "9223372036854775808", "1e30t",
  ])
  func noNumbers(text: String) {
    let error = #expect(throws: ConfigurationError.self) { try sampleCount(abbreviation: text, parameter: "p") }
    #expect(error?.parameter == "p")
  }

  /// Picks as a list, drawn from a shuffled list of them all.
  static func naive(
    _ sizes: [Int], choose: Int, granularity: Int, seed: Int
  ) throws -> [Int] {
    let total = sizes.reduce(0, +)
    var picks: [(shard: Int, size: Int)] = []
    for (shard, size) in sizes.enumerated() {
      for start in stride(from: 0, to: size, by: granularity) {
        picks.append((shard, min(granularity, size - start)))
      }
    }
    var counts = sizes.map { $0 * (choose / total) }
    var left = choose % total
    if left == 0 { return counts }
    var generator = try NumPyGenerator(seed: seed)
    for pick in generator.permutation(picks.count) {
      counts[picks[pick].shard] += min(left, picks[pick].size)
      left -= min(left, picks[pick].size)
    }
    return counts
  }

  @Test("samples per shard agree with a list of picks", arguments: 0..<100)
  func perShard(seed: Int) throws {
    var draw = try NumPyGenerator(seed: 4000 + seed)
    let sizes = try (0..<draw.integers(1, 9)).map { _ in try draw.integers(1, 40) }
    let choose = try draw.integers(0, 4 * sizes.reduce(0, +))
    let granularity = try draw.integers(1, 12)
    let came = try sampledShardSizes(
      shardSizes: sizes, choose: choose, granularity: granularity, seed: ShuffleSeed(seed), epoch: 3, usingEpoch: false)
    #expect(came == (try Self.naive(sizes, choose: choose, granularity: granularity, seed: seed)))
    #expect(came.reduce(0, +) == choose)
  }

  @Test("a resampled epoch reads the same in whole and in parts", arguments: 0..<40)
  func parts(seed: Int) throws {
    var draw = try NumPyGenerator(seed: 9000 + seed)
    let sizes = try (0..<draw.integers(1, 9)).map { _ in try draw.integers(1, 60) }
    let shape = try DatasetShape([
      StreamShape(shardSizes: sizes, weight: .repeating(draw.random() * 3)), StreamShape(shardSizes: [7, 0, 3]),
    ])
    let options = OrderOptions(batchSize: 1)
    let weights = try EpochWeights(shape: shape)
    let (units, ids) = try resampledEpoch(shape: shape, options: options, weights: weights, epoch: seed)
    #expect(units.reduce(0, +) == weights.epochSize)
    #expect(ids.count == weights.epochSize)
    let table = try UnitTable(shape: shape, streams: 0..<2, weights: weights, options: options, epoch: seed)
    for _ in 0..<20 {
      let start = try draw.integers(0, ids.count)
      let end = try draw.integers(start, ids.count, endpoint: true)
      var part: [UInt32] = []
      if start < end { table.appendIds(start..<end, to: &part) }
      #expect(part.map(Int64.init) == Array(ids[start..<end]))
    }
    // Each shard's units ascend, as upstream sorts partial ones.
    var at = 0
    for unit in units {
      #expect(ids[at..<at + unit].elementsEqual(ids[at..<at + unit].sorted()))
      at += unit
    }
  }

  @Test("passing over a choice draws what the choice draws", arguments: [
    (1, 1), (5, 0), (5, 2), (5, 5), (10_000, 300), (10_001, 200), (10_001, 201), (10_001, 10_000), (30_000, 10),
  ])
  func skipping(population: Int, count: Int) throws {
    for seed in 0..<5 {
      var left = try NumPyGenerator(seed: seed)
      var right = left
      _ = try left.choiceWithoutReplacement(population, count: count)
      right.skipChoice(population, count: count)
      #expect(left == right)
    }
  }

  @Test("an epoch of more repeats of shards than can be numbered is refused at once")
  func tooManyUnits() throws {
    let shape = try DatasetShape([StreamShape(shardSizes: [1], weight: .choose(1 << 50))])
    let error = #expect(throws: ConfigurationError.self) {
      try EpochPlan(shape: shape, options: OrderOptions(batchSize: 1), world: .single)
    }
    #expect(error?.parameter == "shuffle units")
  }

  @Test("weights that exclude each other are refused")
  func conflicts() throws {
    #expect(throws: ConfigurationError.self) { try StreamWeight(proportion: 1, choose: 3) }
    #expect(throws: ConfigurationError.self) { try StreamWeight(repeating: -1) }
    #expect(throws: ConfigurationError.self) { try StreamWeight(proportion: .nan) }
    let mixed = try DatasetShape([
      StreamShape(shardSizes: [3], weight: .proportion(1)), StreamShape(shardSizes: [3], weight: .choose(1)),
    ])
    #expect(throws: ConfigurationError.self) { try EpochWeights(shape: mixed) }
    let absolute = try DatasetShape([StreamShape(shardSizes: [3], weight: .choose(1))])
    #expect(throws: ConfigurationError.self) { try EpochWeights(shape: absolute, epochSize: 5) }
    let zero = try DatasetShape([StreamShape(shardSizes: [3], weight: .proportion(0))])
    #expect(throws: ConfigurationError.self) { try EpochWeights(shape: zero) }
    #expect(throws: ConfigurationError.self) { try StreamShape(shardSizes: [0, 0]) }
  }
}
