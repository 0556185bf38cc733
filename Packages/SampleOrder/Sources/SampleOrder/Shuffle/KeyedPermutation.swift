/// A permutation of 0 ..< `size` that is computed element by element from a key, without a table.
///
/// A Feistel network over numbers of two digits, the lower of base 2^k, the upper of a base such that their product is
/// just above the size: each round adds a hash of one digit to the other. Results beyond the size are permuted again
/// until they lie below it (cycle walking), which is seldom. Black and Rogaway, *Ciphers with Arbitrary Finite
/// Domains*, 2002. No cipher, but a shuffle whose statistics the tests check.
struct KeyedPermutation: Sendable, Hashable {
  let size: Int
  private let upperBase: UInt64
  private let lowerBits: UInt64
  private var key: UInt64
  /// Small domains need more rounds for all permutations to be equally likely.
  private let roundCount: UInt64

  init(size: Int, key: UInt64) {
    self.size = size
    self.key = key
    let width = UInt64(Int.bitWidth - max(size - 1, 0).leadingZeroBitCount)
    lowerBits = width / 2
    upperBase = (UInt64(max(size, 1)) + 1 << lowerBits - 1) >> lowerBits
    roundCount = size < 256 ? 12 : 6
  }

  /// A permutation of the same size with another key.
  func rekeyed(_ key: UInt64) -> KeyedPermutation {
    var copy = self
    copy.key = key
    return copy
  }

  /// Where an element of 0 ..< `size` goes.
  func callAsFunction(_ element: Int) -> Int {
    if size <= 1 { return element }
    let mask: UInt64 = 1 << lowerBits &- 1
    var value = UInt64(truncatingIfNeeded: element)
    repeat {
      var upper = value >> lowerBits
      var lower = value & mask
      var round: UInt64 = 0
      while round < roundCount {
        upper &+= folded(lower ^ round << 56, key).multipliedFullWidth(by: upperBase).high
        if upper >= upperBase { upper &-= upperBase }
        lower = (lower &+ folded(upper ^ (round | 1) << 56, key)) & mask
        round &+= 2
      }
      value = upper << lowerBits | lower
    } while value >= UInt64(truncatingIfNeeded: size)
    return Int(truncatingIfNeeded: value)
  }
}

/// A keyed hash by one multiplication: both halves of a 128-bit product, as in wyhash.
@inline(__always)
private func folded(_ word: UInt64, _ key: UInt64) -> UInt64 {
  let product = (word &* 0x9e37_79b9_7f4a_7c15 ^ key).multipliedFullWidth(by: key ^ 0xe703_7ed1_a0b4_28db)
  return product.high ^ product.low
}

/// Stafford's 13th variant of MurmurHash3's finaliser, as in SplitMix64.
@inline(__always)
func mixed(_ word: UInt64) -> UInt64 {
  var word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
  word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
  return word ^ word >> 31
}
