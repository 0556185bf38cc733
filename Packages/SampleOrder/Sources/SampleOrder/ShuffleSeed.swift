internal import NumPyRandom

/// A non-negative seed of any size, as numpy's `default_rng` takes it.
public struct ShuffleSeed: Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// Little-endian 32-bit words without leading zeros; one word for 0.
  public let words: [UInt32]

  init(words: [UInt32]) {
    var words = words
    while words.count > 1, words.last == 0 { words.removeLast() }
    self.words = words.isEmpty ? [0] : words
  }

  /// - Throws: ``ConfigurationError`` `.outOfRange` when negative.
  public init(_ value: Int) throws(ConfigurationError) {
    guard value >= 0 else { throw .outOfRange("shuffle_seed", expected: "a non-negative integer", found: value) }
    self.init(UInt64(value))
  }

  public init(_ value: UInt64) {
    self.init(words: [UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)])
  }

  public init(integerLiteral value: UInt64) { self.init(value) }

  /// Parses decimal digits, at most 1,000 of them.
  /// - Throws: ``ConfigurationError`` `.outOfRange` for anything else.
  public init(parsing text: String) throws(ConfigurationError) {
    let digits = Array(text.utf8)
    guard !digits.isEmpty, digits.count <= 1000, digits.allSatisfy({ (48...57).contains($0) }) else {
      throw .outOfRange(
        "shuffle_seed", expected: "a non-negative integer of at most 1000 digits", found: String(text.prefix(40)))
    }
    var words: [UInt32] = [0]
    for digit in digits {
      var carry = UInt64(digit - 48)
      for index in words.indices {
        let next = UInt64(words[index]) * 10 + carry
        words[index] = UInt32(truncatingIfNeeded: next)
        carry = next >> 32
      }
      if carry > 0 { words.append(UInt32(carry)) }
    }
    self.init(words: words)
  }

  /// numpy's `default_rng(seed)`.
  var generator: NumPyGenerator<PCG64> { NumPyGenerator(seed: SeedEntropy(words: words)) }

  /// The sum, for the seed of an epoch.
  func adding(_ epoch: Int) -> ShuffleSeed {
    var result = words
    var carry = UInt64(epoch)
    for index in result.indices {
      let next = UInt64(result[index]) + (carry & 0xFFFF_FFFF)
      result[index] = UInt32(truncatingIfNeeded: next)
      carry = carry >> 32 + next >> 32
    }
    while carry > 0 {
      result.append(UInt32(truncatingIfNeeded: carry))
      carry >>= 32
    }
    return ShuffleSeed(words: result)
  }

  /// The seed as a machine integer, nil when it does not fit.
  public var int: Int? {
    guard words.count <= 2 else { return nil }
    return Int(exactly: UInt64(words[0]) | (words.count == 2 ? UInt64(words[1]) << 32 : 0))
  }

  /// Decimal digits.
  public var description: String {
    var words = words
    var parts: [UInt32] = []
    while words.contains(where: { $0 != 0 }) {
      var remainder: UInt64 = 0
      for index in words.indices.reversed() {
        let value = remainder << 32 | UInt64(words[index])
        words[index] = UInt32(value / 1_000_000_000)
        remainder = value % 1_000_000_000
      }
      parts.append(UInt32(remainder))
    }
    guard let first = parts.last else { return "0" }
    return parts.dropLast().reversed().reduce(String(first)) { text, part in
      let digits = String(part)
      return text + String(repeating: "0", count: 9 - digits.count) + digits
    }
  }
}
