import NumPyRandom
import Testing

@testable import SampleOrder

@Suite struct ShuffleTests {
  /// Upstream's; ours has tests of its own.
  static let algorithms = ShuffleAlgorithm.allCases.filter { $0 != .feistel }

  @Test("equals the whole-list algorithm for random shapes", arguments: algorithms, 0..<60)
  func agrees(algorithm: ShuffleAlgorithm, seed: Int) throws {
    var draw = try NumPyGenerator(seed: 77_000 + seed)
    let sizes = try (0..<draw.integers(1, 20)).map { _ in try draw.integers(0, draw.integers(2, 200)) } + [1]
    let nodes = min(try draw.integers(1, 9), sizes.reduce(0, +))
    let block = try draw.integers(2, 400)
    let epoch = try draw.integers(0, 10)
    let expected = try NaiveShuffles.order(algorithm, sizes, nodes: nodes, seed: seed, epoch: epoch, block: block)
    let came = try shuffledOrder(
      algorithm, unitSizes: sizes, canonicalNodes: nodes, seed: ShuffleSeed(seed), epoch: epoch, blockSize: block)
    #expect(came == expected, "sizes \(sizes), \(nodes) nodes, epoch \(epoch), block \(block)")
  }

  @Test("equals the whole-list algorithm over many windows and blocks", arguments: algorithms, [1, 3])
  func agreesAtSize(algorithm: ShuffleAlgorithm, nodes: Int) throws {
    let sizes = (0..<30).map { 500 + $0 * 37 } + [1, 0, 20_000, 3]
    for block in [3000, 20_000] {
      let expected = try NaiveShuffles.order(algorithm, sizes, nodes: nodes, seed: 5, epoch: 2, block: block)
      let came = try shuffledOrder(
        algorithm, unitSizes: sizes, canonicalNodes: nodes, seed: 5, epoch: 2, blockSize: block)
      #expect(came == expected, "block \(block)")
    }
  }

  @Test("py1e with nodes whose samples have no room to move equals the whole-list algorithm", arguments: [
    ([5000], 1, 9000), ([5000, 0], 1, 9000), ([300, 4000, 5000], 3, 100), ([4000, 50, 5000, 6000], 2, 1000),
    ([5000], 3, 700), ([4096, 8192, 4096], 2, 4096), ([4096, 8192, 4096], 2, 8192),
  ])
  func still(sizes: [Int], nodes: Int, block: Int) throws {
    for seed in 0..<6 {
      let expected = try NaiveShuffles.order(.py1e, sizes, nodes: nodes, seed: seed, epoch: 1, block: block)
      let came = try shuffledOrder(
        .py1e, unitSizes: sizes, canonicalNodes: nodes, seed: ShuffleSeed(seed), epoch: 1, blockSize: block)
      #expect(came == expected, "seed \(seed)")
      let settings = ShuffleSettings(
        algorithm: .py1e, canonicalNodes: nodes, seed: try ShuffleSeed(seed), epoch: 1, blockSize: block)
      var lookup = try StreamOrder<UInt32>(units: UnitTable(sizes: sizes), shuffle: settings)
      lookup.threshold = 100
      let ids = [Int64](capacity: came.count) { out in
        lookup.appendIds(PositionRun(first: 0, step: 1, count: came.count), to: &out)
      }
      #expect(ids == came.map(Int64.init), "read in one run, seed \(seed)")
    }
  }

  @Test("is the same read from anywhere, in any order, in wide and narrow indices", arguments: ShuffleAlgorithm.allCases)
  func anywhere(algorithm: ShuffleAlgorithm) throws {
    let sizes = (0..<30).map { 1000 + $0 * 53 }
    let settings = ShuffleSettings(algorithm: algorithm, canonicalNodes: 2, seed: 9, epoch: 1, blockSize: 9000)
    let whole = try shuffledOrder(
      algorithm, unitSizes: sizes, canonicalNodes: 2, seed: 9, epoch: 1, blockSize: 9000)
    let units = try UnitTable(sizes: sizes)
    var draw = try NumPyGenerator(seed: 3)
    var lookups: [any PositionLookup] = [
      try StreamOrder<UInt32>(units: units, shuffle: settings), try StreamOrder<Int>(units: units, shuffle: settings),
    ]
    for _ in 0..<8 {
      let start = try draw.integers(0, whole.count - 50)
      for lookup in lookups.indices {
        var ids = (start..<start + 50).map(Int64.init) + [-1]
        var span = ids.mutableSpan
        lookups[lookup].translate(&span)
        #expect(ids == whole[start..<start + 50].map(Int64.init) + [-1], "from \(start)")
      }
    }
  }

  @Test("samples with equal keys come in the order of their positions, the others by key")
  func ties() {
    var sorter = PositionSorter<UInt32, UInt64>()
    let grid = PositionGrid(fractionBits: 1)
    let keys: [UInt32] = [7, 2, 7, 0, 2, 8, 7]
    var bucket = LoadedBucket<UInt64>()
    let entries = keys.indices.map { UInt64(key: keys[$0], id: UInt32($0)) }
    bucket.load(entries.span)
    var asked: [UInt32: [UInt32]] = [:]
    let ids = sorter.ids(of: bucket, grid: grid) { key, ids in
      asked[key] = ids
      return ids.reversed()
    }
    #expect(ids == [3, 4, 1, 6, 2, 0, 5])
    #expect(asked == [2: [1, 4], 7: [0, 2, 6]])
  }

  @Test("py1e is the same with keys too coarse to tell samples apart, and with windows that hold a part",
    arguments: [(0, 1 << 22, 20), (6, 0, 900), (19, 0, 900), (6, 60_000, 900), (6, 1 << 22, 900)])
  func coarse(fractionBits: Int, limit: Int, size: Int) throws {
    let sizes = (0..<50).map { size + $0 * size / 25 } + [1, 0, 10 * size, 3]
    let whole = try NaiveShuffles.order(.py1e, sizes, nodes: 2, seed: 5, epoch: 2, block: 40 * size)
    var order = try Py1e<UInt32, UInt64>(
      units: UnitTable(sizes: sizes), canonicalNodes: 2, seed: 5, epoch: 2, blockSize: 40 * size, nodesRead: 2,
      grid: PositionGrid(fractionBits: fractionBits), waitingLimit: limit)
    // From the start, then from the middle of the second node, both read to the end.
    for (start, node) in [(0, 0), (whole.count * 3 / 4, 1)] {
      let end = whole.count * (node + 1) / 2
      var position = start
      while position < end {
        let block = order.block(at: position, node: node)
        #expect(block.ids.map(Int.init) == Array(whole[block.start..<block.end]), "at \(block.start)")
        guard block.end > position else { return }
        position = block.end
      }
    }
  }

  @Test("a block size from which nothing can be drawn is refused")
  func blockSize() {
    for (algorithm, block) in [(ShuffleAlgorithm.py1br, 1), (.py1br, 0), (.py1e, 0), (.py1e, -1)] {
      let error = #expect(throws: ConfigurationError.self) {
        try shuffledOrder(algorithm, unitSizes: [5], canonicalNodes: 1, seed: 0, epoch: 0, blockSize: block)
      }
      #expect(error?.parameter == "shuffle_block_size")
    }
  }

  @Test("py1e refuses a canonical node without samples")
  func emptyNode() {
    let error = #expect(throws: ConfigurationError.self) {
      try shuffledOrder(.py1e, unitSizes: [3], canonicalNodes: 4, seed: 0, epoch: 0)
    }
    #expect(error?.code == .tooFewSamples)
  }

  @Test("unknown algorithms are refused; py1b names its successor")
  func names() {
    let error = #expect(throws: ConfigurationError.self) { try ShuffleAlgorithm(parsing: "py1b") }
    #expect(error?.code == .unknownName)
    #expect(error?.remedy.contains("py1br") == true)
    #expect(throws: ConfigurationError.self) { try ShuffleAlgorithm(parsing: "PY1E") }
  }
}
