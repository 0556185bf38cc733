/// Spreads a seed of any size over the whole state of a generator; numpy's `SeedSequence`.
///
/// A value: two sequences of equal entropy and spawn key generate equal words. Algorithm: O'Neill's
/// `seed_seq_fe` (*Developing a seed_seq Alternative*, 2015) as numpy's `bit_generator.pyx` has it.
/// ```swift
/// var root = SeedSequence(42)
/// let streams = root.spawn(8).map { PCG64($0) }
/// ```
public struct SeedSequence: Sendable, Hashable {
  /// The entropy given.
  public let entropy: SeedEntropy
  /// Where this sequence stands in the tree of spawned ones; empty for a root.
  public let spawnKey: SeedEntropy
  /// The number of 32-bit words in the pool, 4 unless told otherwise.
  public var poolWordCount: Int { pool.count }
  /// How many children ``spawn(_:)`` has given so far; numpy's `n_children_spawned`.
  public private(set) var spawnedCount: Int
  /// The mixed entropy; numpy's `SeedSequence.pool`.
  public let pool: [UInt32]

  /// Mixes entropy and spawn key into a pool of 4 words; numpy's `SeedSequence(entropy, spawn_key=…)`.
  ///
  /// With a spawn key, entropy shorter than the pool is first padded with zeros (numpy since 1.19).
  /// - Complexity: O(words of entropy and key).
  public init(_ entropy: SeedEntropy, spawnKey: SeedEntropy = []) {
    self.init(entropy, spawnKey: spawnKey, poolWords: 4, spawnedCount: 0)
  }

  /// Mixes into a pool of another size; numpy's `SeedSequence(…, pool_size=…, n_children_spawned=…)`.
  /// - Throws: ``NumPyRandomError`` `.poolTooSmall` below 4 words, `.negativeCount` for a `spawnedCount`
  ///   outside 0 ... 2³² − 1.
  public init(
    _ entropy: SeedEntropy, spawnKey: SeedEntropy = [], poolWordCount: Int, spawnedCount: Int = 0
  ) throws(NumPyRandomError) {
    guard poolWordCount >= 4 else {
      throw NumPyRandomError(
        .poolTooSmall, "poolWordCount", expected: "at least 4 words", found: "\(poolWordCount)")
    }
    guard (0...Int(UInt32.max)).contains(spawnedCount) else {
      throw NumPyRandomError(
        .negativeCount, "spawnedCount", expected: "0 to 4294967295", found: "\(spawnedCount)")
    }
    self.init(entropy, spawnKey: spawnKey, poolWords: poolWordCount, spawnedCount: spawnedCount)
  }

  private init(_ entropy: SeedEntropy, spawnKey: SeedEntropy, poolWords: Int, spawnedCount: Int) {
    self.entropy = entropy
    self.spawnKey = spawnKey
    self.spawnedCount = spawnedCount
    var words = entropy.words
    if !spawnKey.words.isEmpty, words.count < poolWords {
      words += [UInt32](repeating: 0, count: poolWords - words.count)
    }
    self.pool = SeedSequence.mixed(words + spawnKey.words, poolWords: poolWords)
  }

  /// The next children, each of an own, statistically independent stream; numpy's `SeedSequence.spawn`.
  ///
  /// A child's key is this one's with the child's number appended. Counts below 1 give none.
  public mutating func spawn(_ count: Int) -> [SeedSequence] {
    var children: [SeedSequence] = []
    for _ in 0..<max(count, 0) {
      let key = SeedEntropy(joining: [spawnKey, SeedEntropy(UInt(spawnedCount))])
      children.append(SeedSequence(entropy, spawnKey: key, poolWords: poolWordCount, spawnedCount: 0))
      spawnedCount += 1
    }
    return children
  }

  /// The first `wordCount` 32-bit words of state; numpy's `generate_state(n, np.uint32)`. Below 1: none.
  public func state32(_ wordCount: Int) -> [UInt32] {
    var constant: UInt32 = 0x8b51_f9dd
    return (0..<max(wordCount, 0)).map { place in
      var value = pool[place % pool.count] ^ constant
      constant &*= 0x58f3_8ded
      value &*= constant
      return value ^ value >> 16
    }
  }

  /// The first `wordCount` 64-bit words of state, each low half first; numpy's
  /// `generate_state(n, np.uint64)`.
  public func state64(_ wordCount: Int) -> [UInt64] {
    let halves = state32(2 * max(wordCount, 0))
    return (0..<max(wordCount, 0)).map { UInt64(halves[2 * $0]) | UInt64(halves[2 * $0 + 1]) << 32 }
  }

  /// numpy's `mix_entropy`: fills the pool, mixes every word into every other, then adds what did not fit.
  private static func mixed(_ entropy: [UInt32], poolWords: Int) -> [UInt32] {
    var constant: UInt32 = 0x43b0_d7e5
    func hashed(_ word: UInt32) -> UInt32 {
      var value = word ^ constant
      constant &*= 0x931e_8875
      value &*= constant
      return value ^ value >> 16
    }
    func mix(_ left: UInt32, _ right: UInt32) -> UInt32 {
      let value = 0xca01_f9dd &* left &- 0x4973_f715 &* right
      return value ^ value >> 16
    }
    var pool = (0..<poolWords).map { hashed($0 < entropy.count ? entropy[$0] : 0) }
    for source in 0..<poolWords {
      for target in 0..<poolWords where target != source {
        pool[target] = mix(pool[target], hashed(pool[source]))
      }
    }
    for word in entropy.dropFirst(poolWords) {
      for target in 0..<poolWords { pool[target] = mix(pool[target], hashed(word)) }
    }
    return pool
  }
}
