/// SipHash-2-4 with fixed keys, fed with words and text: the same on every machine and in every run, unlike `Hasher`.
///
/// Aumasson and Bernstein, *SipHash: a fast short-input PRF*, 2012. For telling things apart, not against forgery.
struct StableHash {
  private var v0: UInt64 = 0x736f_6d65_7073_6575
  private var v1: UInt64 = 0x646f_7261_6e64_6f6d
  private var v2: UInt64 = 0x6c79_6765_6e65_7261
  private var v3: UInt64 = 0x7465_6462_7974_6573
  private var wordCount: UInt64 = 0

  init() {}

  mutating func combine(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
    wordCount &+= 1
  }

  mutating func combine(_ number: Int) { combine(UInt64(bitPattern: Int64(number))) }

  /// The bytes of a text, its length first.
  mutating func combine(_ text: String) {
    combine(text.utf8.count)
    var word: UInt64 = 0
    for (index, byte) in text.utf8.enumerated() {
      word |= UInt64(byte) << UInt64(index % 8 * 8)
      if index % 8 == 7 {
        combine(word)
        word = 0
      }
    }
    combine(word)
  }

  /// The hash of all that was combined, as 16 hexadecimal digits.
  var hex: String {
    var copy = self
    copy.combine(wordCount << 56)
    copy.v2 ^= 0xff
    for _ in 0..<4 { copy.round() }
    let digits = String(copy.v0 ^ copy.v1 ^ copy.v2 ^ copy.v3, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private mutating func round() {
    v0 &+= v1
    v1 = (v1 << 13 | v1 >> 51) ^ v0
    v0 = v0 << 32 | v0 >> 32
    v2 &+= v3
    v3 = (v3 << 16 | v3 >> 48) ^ v2
    v0 &+= v3
    v3 = (v3 << 21 | v3 >> 43) ^ v0
    v2 &+= v1
    v1 = (v1 << 17 | v1 >> 47) ^ v2
    v2 = v2 << 32 | v2 >> 32
  }
}
