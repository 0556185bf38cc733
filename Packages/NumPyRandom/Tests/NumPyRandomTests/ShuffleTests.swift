import NumPyRandom
import Testing

/// The shortest shuffle that is obviously numpy's.
func naiveShuffle<Element>(_ elements: inout [Element], _ bits: inout some BitGenerator) {
  for top in stride(from: elements.count - 1, to: 0, by: -1) {
    var mask = 1
    while mask <= top { mask *= 2 }
    var partner = top + 1
    while partner > top { partner = Int(bits.next32()) & (mask - 1) }
    elements.swapAt(top, partner)
  }
}

struct ShuffleTests {
  @Test(
    "agrees with the naive shuffle for every small count, with and without a kept half", arguments: 0..<140)
  func agrees(count: Int) {
    for seed in 0..<8 as Range<UInt64> {
      var fast = NumPyGenerator(seed: SeedEntropy(seed))
      if seed % 2 == 1 { _ = fast.bits.next32() }
      var slow = fast.bits
      var shuffled = Array(0..<count)
      var expected = shuffled
      fast.shuffle(&shuffled)
      naiveShuffle(&expected, &slow)
      #expect(shuffled == expected && fast.bits == slow, "seed \(seed)")
    }
  }

  @Test("elements of any type move alike, in an array and in a span")
  func elementTypes() {
    let generator = NumPyGenerator(seed: 77 as SeedEntropy)
    let order = generator.permuting { $0.permutation(3000) }
    #expect(generator.permuting { $0.permutation(of: (0..<3000).map(String.init)) } == order.map(String.init))
    #expect(generator.permuting { $0.permutation(of: (0..<3000).map(Int32.init)) } == order.map(Int32.init))
    var pairs = (0..<3000).map { ($0, -$0) }
    var copy = generator
    var span = pairs.mutableSpan
    copy.shuffle(&span)
    #expect(pairs.map(\.0) == order && pairs.map(\.1) == order.map(-))
  }

  @Test(
    "passing over a shuffle leaves the state that the shuffle leaves",
    arguments: [0, 1, 2, 3, 255, 256, 257, 70_000])
  func skip(count: Int) {
    for seed in 0..<6 as Range<UInt64> {
      var shuffled = NumPyGenerator(seed: SeedEntropy(seed))
      if seed % 2 == 1 { _ = shuffled.bits.next32() }
      var skipped = shuffled
      _ = shuffled.permutation(count)
      skipped.skipShuffle(count: count)
      #expect(shuffled == skipped, "seed \(seed)")
    }
  }
}

extension NumPyGenerator {
  /// What `body` gives on a copy.
  func permuting<Result>(_ body: (inout NumPyGenerator) -> Result) -> Result {
    var copy = self
    return body(&copy)
  }
}
