import NumPyRandom
import Testing

@testable import SampleOrder

@Suite struct FeistelTests {
  @Test("is a permutation for every size")
  func permutes() {
    for size in Array(0...300) + [1000, 1023, 1024, 1025, 65_537] {
      let permutation = KeyedPermutation(size: size, key: UInt64(size) &* 77)
      var seen = [Bool](repeating: false, count: size)
      for element in 0..<size { seen[permutation(element)] = true }
      #expect(!seen.contains(false), "size \(size)")
    }
  }

  @Test("works for sizes to 10^15")
  func huge() {
    let permutation = KeyedPermutation(size: 1_000_000_000_000_000, key: 5)
    let images = (0..<1000).map { permutation($0) }
    #expect(Set(images).count == 1000)
    #expect(images.allSatisfy { (0..<1_000_000_000_000_000).contains($0) })
  }

  /// Chi-square of where each of 8 elements goes over 40,000 keys: 64 cells of 5,000 on average.
  @Test("puts each element everywhere equally often")
  func uniform() {
    var cells = [Int](repeating: 0, count: 64)
    for key in 0..<40_000 {
      let permutation = KeyedPermutation(size: 8, key: mixed(UInt64(key)))
      for element in 0..<8 { cells[element * 8 + permutation(element)] += 1 }
    }
    let chiSquare = cells.reduce(0) { $0 + Double(($1 - 5000) * ($1 - 5000)) / 5000 }
    // 49 degrees of freedom: 99.99 % lie below 95; a fixed set of keys, so that this does not vary.
    #expect(chiSquare < 95, "chi-square \(chiSquare)")
  }

  @Test("orders every sample once, whatever the sizes", arguments: 0..<40)
  func complete(seed: Int) throws {
    var draw = try NumPyGenerator(seed: 600 + seed)
    let sizes = try (0..<draw.integers(1, 20)).map { _ in try draw.integers(0, 200) } + [1]
    let order = try shuffledOrder(
      .feistel, unitSizes: sizes, canonicalNodes: draw.integers(1, 6), seed: ShuffleSeed(seed), epoch: seed % 3,
      blockSize: draw.integers(1, 400))
    #expect(order.sorted() == Array(0..<order.count))
  }

  @Test("samples stay on their canonical node in all epochs, and within a block of their shard's place")
  func locality() throws {
    let sizes = [Int](repeating: 50, count: 80)
    let orders = try (0..<3).map {
      try shuffledOrder(.feistel, unitSizes: sizes, canonicalNodes: 4, seed: 3, epoch: $0, blockSize: 300)
    }
    #expect(orders[0] != orders[1])
    let nodes = orders.map { order in (0..<4).map { Set(order[$0 * 1000..<$0 * 1000 + 1000]) } }
    #expect(nodes[0] == nodes[1] && nodes[1] == nodes[2])
    for shard in 0..<80 {
      let positions = orders[0].indices.filter { orders[0][$0] / 50 == shard }
      let spread = (positions.last ?? 0) - (positions.first ?? 0)
      #expect(spread < 2 * 300 + 50)
    }
  }

  /// How many shards a batch draws from, on average.
  private func diversity(_ order: [Int], shard: Int, batch: Int) -> Double {
    let counts = stride(from: 0, to: order.count - batch, by: batch).map { start in
      Set(order[start..<start + batch].map { $0 / shard }).count
    }
    return Double(counts.reduce(0, +)) / Double(counts.count)
  }

  @Test("mixes as many shards into a batch as py1e, and leaves no trace of the order", arguments: [400, 2000])
  func quality(block: Int) throws {
    let sizes = [Int](repeating: 40, count: 500)
    let ours = try shuffledOrder(.feistel, unitSizes: sizes, canonicalNodes: 1, seed: 1, epoch: 0, blockSize: block)
    let theirs = try shuffledOrder(.py1e, unitSizes: sizes, canonicalNodes: 1, seed: 1, epoch: 0, blockSize: block)
    let ratio = diversity(ours, shard: 40, batch: 32) / diversity(theirs, shard: 40, batch: 32)
    #expect((0.9...1.1).contains(ratio), "shards per batch relative to py1e: \(ratio)")
    // Neighbours come from the same shard about as often as chance within a block has it.
    let neighbours = zip(ours, ours.dropFirst()).count { $0 / 40 == $1 / 40 }
    let others = zip(theirs, theirs.dropFirst()).count { $0 / 40 == $1 / 40 }
    #expect(Double(neighbours) < 1.3 * Double(others) + 60, "\(neighbours) against py1e's \(others)")
  }
}
