/// The Mersenne Twister of 32-bit words and period 2¹⁹⁹³⁷ − 1; numpy's `MT19937`.
///
/// A value whose copies share storage until one of them renews its 624 words. Source: Matsumoto and
/// Nishimura, *Mersenne Twister*, 1998, and the reference implementation `mt19937ar` of 2002.
/// ```swift
/// var bits = try MT19937(legacySeed: 42)     // as numpy.random.RandomState(42)
/// let word = bits.next32()
/// ```
public struct MT19937: BitGenerator, Hashable {
  @usableFromInline var words: [UInt32]
  @usableFromInline var place: Int

  /// The 624 words; `state["state"]["key"]` of numpy.
  public var key: [UInt32] { words }
  /// How many of the words have been handed out, 0 ... 624; `state["state"]["pos"]` of numpy.
  public var position: Int { place }

  /// The number of words of ``key``.
  @inlinable public static var wordCount: Int { 624 }

  /// Seeds as numpy's `MT19937(SeedSequence(…))` does.
  public init(_ seeds: SeedSequence) {
    words = seeds.state32(MT19937.wordCount)
    words[0] = 0x8000_0000
    // Not 624: numpy leaves its loop counter there, so that the last word of the seed is handed out first.
    place = MT19937.wordCount - 1
  }

  /// Seeds as numpy's `MT19937(seed)` does.
  public init(seed: SeedEntropy) { self.init(SeedSequence(seed)) }

  /// Seeds as numpy's `RandomState(seed)` does: Knuth's generator over one word, `mt19937_seed`.
  /// - Throws: ``NumPyRandomError`` `.negativeSeed` below 0, `.seedOutOfRange` above 2³² − 1.
  public init(legacySeed seed: some BinaryInteger) throws(NumPyRandomError) {
    try self.init(word: MT19937.legacyWord(seed))
  }

  /// Seeds as numpy's `RandomState([…])` does: `init_by_array` of the reference implementation.
  /// - Throws: ``NumPyRandomError`` `.seedOutOfRange` without seeds or for one above 2³² − 1, `.negativeSeed`
  ///   below 0.
  public init(legacySeeds seeds: [some BinaryInteger]) throws(NumPyRandomError) {
    guard !seeds.isEmpty else {
      throw NumPyRandomError(.seedOutOfRange, "seeds", expected: "at least one", found: "none")
    }
    var words: [UInt32] = []
    for seed in seeds { words.append(try MT19937.legacyWord(seed)) }
    self.init(word: 19_650_218)
    mix(words)
  }

  /// Restores a state; numpy's `bit_generator.state = {"state": {"key": key, "pos": position}}`.
  /// - Throws: ``NumPyRandomError`` `.state` unless there are 624 words and the position is in 0 ... 624.
  public init(key: [UInt32], position: Int) throws(NumPyRandomError) {
    guard key.count == MT19937.wordCount else {
      throw NumPyRandomError(.state, "key", expected: "\(MT19937.wordCount) words", found: "\(key.count)")
    }
    guard (0...MT19937.wordCount).contains(position) else {
      throw NumPyRandomError(.state, "pos", expected: "0 to \(MT19937.wordCount)", found: "\(position)")
    }
    words = key
    place = position
  }

  /// Always false: every draw is of whole words.
  @inlinable public var hasKeptHalf: Bool { false }

  /// The next tempered word; numpy's `mt19937_next32`.
  @inlinable @inline(__always)
  public mutating func next32() -> UInt32 {
    if place == MT19937.wordCount { twist() }
    var word = words[place]
    place &+= 1
    word ^= word &>> 11
    word ^= word &<< 7 & 0x9d2c_5680
    word ^= word &<< 15 & 0xefc6_0000
    return word ^ word &>> 18
  }

  /// Two words, the upper half first; numpy's `mt19937_next64`.
  @inlinable
  public mutating func next64() -> UInt64 {
    let high = next32()
    return UInt64(high) << 32 | UInt64(next32())
  }

  /// 27 bits of one word and 26 of the next; numpy's `mt19937_next_double`.
  @inlinable
  public mutating func nextDouble() -> Double {
    let high = Double(next32() >> 5)
    let low = Double(next32() >> 6)
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  /// One word.
  @inlinable
  public mutating func nextRaw() -> UInt64 { UInt64(next32()) }
}

extension MT19937 {
  private init(word: UInt32) {
    var value = word
    words = []
    words.reserveCapacity(MT19937.wordCount)
    for number in 1...UInt32(MT19937.wordCount) {
      words.append(value)
      value = 1_812_433_253 &* (value ^ value >> 30) &+ number
    }
    place = MT19937.wordCount
  }

  private static func legacyWord(_ seed: some BinaryInteger) throws(NumPyRandomError) -> UInt32 {
    if seed < 0 {
      throw NumPyRandomError(
        .negativeSeed, "seed", expected: "an integer of 0 to 4294967295", found: "\(seed)")
    }
    guard let word = UInt32(exactly: seed) else {
      throw NumPyRandomError(
        .seedOutOfRange, "seed", expected: "an integer of 0 to 4294967295", found: "\(seed)")
    }
    return word
  }

  /// Stirs seeds into the key: `mt19937_init_by_array` after its first line.
  private mutating func mix(_ seeds: [UInt32]) {
    let count = MT19937.wordCount
    var target = 1
    var seed = 0
    func before(_ target: Int) -> UInt32 { words[target - 1] ^ words[target - 1] >> 30 }
    for _ in 0..<max(count, seeds.count) {
      words[target] =
        (words[target] ^ before(target) &* 1_664_525) &+ seeds[seed] &+ UInt32(truncatingIfNeeded: seed)
      target += 1
      seed += 1
      if target == count {
        words[0] = words[count - 1]
        target = 1
      }
      if seed == seeds.count { seed = 0 }
    }
    for _ in 1..<count {
      words[target] = (words[target] ^ before(target) &* 1_566_083_941) &- UInt32(truncatingIfNeeded: target)
      target += 1
      if target == count {
        words[0] = words[count - 1]
        target = 1
      }
    }
    words[0] = 0x8000_0000
  }

  /// Renews all words; numpy's `mt19937_gen`.
  @usableFromInline
  mutating func twist() {
    let count = MT19937.wordCount
    let middle = 397
    var span = words.mutableSpan
    func turned(_ high: UInt32, _ low: UInt32) -> UInt32 {
      let word = high & 0x8000_0000 | low & 0x7fff_ffff
      return word >> 1 ^ (0 &- (word & 1)) & 0x9908_b0df
    }
    for target in 0..<(count - middle) {
      span[target] = span[target + middle] ^ turned(span[target], span[target + 1])
    }
    for target in (count - middle)..<(count - 1) {
      span[target] = span[target + middle - count] ^ turned(span[target], span[target + 1])
    }
    span[count - 1] = span[middle - 1] ^ turned(span[count - 1], span[0])
    place = 0
  }
}
