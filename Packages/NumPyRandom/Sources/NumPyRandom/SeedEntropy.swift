/// Entropy for a seed: a non-negative integer of any size, or several of them one after another.
///
/// Kept as 32-bit words, least significant first, as numpy's `_coerce_to_uint32_array` makes them: zero is
/// one word, each integer takes only the words that it needs.
/// ```swift
/// let entropy: SeedEntropy = 9176
/// let long = try SeedEntropy(parsing: "1000000000000000000000000000000000000000")
/// let list: SeedEntropy = [1, 2, 3]
/// ```
public struct SeedEntropy: Sendable, Hashable {
  /// The 32-bit words, least significant first.
  public let words: [UInt32]

  /// Takes 32-bit words as they are, like an array of numpy's `uint32`.
  public init(words: [UInt32]) { self.words = words }

  /// The words of a non-negative integer.
  public init(_ value: some UnsignedInteger) {
    self.words = SeedEntropy.split(value)
  }

  /// The words of an integer of any width.
  /// - Throws: ``NumPyRandomError`` `.negativeSeed` when `value` is below zero.
  public init(checking value: some BinaryInteger) throws(NumPyRandomError) {
    guard value >= 0 else {
      throw NumPyRandomError(.negativeSeed, "seed", expected: "an integer of at least 0", found: "\(value)")
    }
    self.words = SeedEntropy.split(value)
  }

  /// Several sources one after another, as numpy treats a list of integers.
  public init(joining sources: [SeedEntropy]) { self.words = sources.flatMap(\.words) }

  /// Reads decimal digits of any number, or hexadecimal ones after `0x`; numpy's form of a seed in a string.
  /// - Throws: ``NumPyRandomError`` `.unreadable` for any other text, `.negativeSeed` for digits after a
  ///   minus.
  /// - Complexity: O(n²) in the number of digits.
  public init(parsing text: String) throws(NumPyRandomError) {
    let isHexadecimal = text.hasPrefix("0x")
    let digits = isHexadecimal ? text.dropFirst(2) : text[...]
    let radix: UInt64 = isHexadecimal ? 16 : 10
    if digits.hasPrefix("-"), digits.dropFirst().utf8.contains(where: { (49...57).contains($0) }) {
      throw NumPyRandomError(.negativeSeed, "seed", expected: "an integer of at least 0", found: text)
    }
    var words: [UInt32] = [0]
    for character in digits {
      guard character.isASCII, let digit = character.hexDigitValue, digit < radix else {
        throw NumPyRandomError(
          .unreadable, "seed", expected: "decimal digits, or 0x and hexadecimal ones", found: text)
      }
      var carry = UInt64(digit)
      for place in words.indices {
        let value = UInt64(words[place]) * radix + carry
        words[place] = UInt32(truncatingIfNeeded: value)
        carry = value >> 32
      }
      if carry != 0 { words.append(UInt32(carry)) }
    }
    guard !digits.isEmpty else {
      throw NumPyRandomError(
        .unreadable, "seed", expected: "decimal digits, or 0x and hexadecimal ones", found: "\"\(text)\"")
    }
    self.words = words
  }

  /// The low 32 bits, then the rest as long as there is any.
  private static func split(_ value: some BinaryInteger) -> [UInt32] {
    var words: [UInt32] = []
    var rest = value
    repeat {
      words.append(UInt32(truncatingIfNeeded: rest))
      rest >>= 32
    } while rest != 0
    return words
  }
}

extension SeedEntropy: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// The words of a literal below 2⁶⁴.
  public init(integerLiteral value: UInt64) { self.init(value) }
  /// The literals one after another, as numpy treats a list.
  public init(arrayLiteral elements: SeedEntropy...) { self.init(joining: elements) }
}
