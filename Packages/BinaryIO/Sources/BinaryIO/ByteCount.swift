/// A number of bytes.
///
/// Units are powers of 1024, as upstream reads them: `ByteCount.megabytes(64)` is 67,108,864 bytes.
public struct ByteCount: Sendable, Hashable, Comparable {
  /// The number of bytes.
  public let value: Int

  /// Wraps a plain number of bytes.
  public init(_ value: Int) { self.value = value }

  /// `count` × 1024 bytes, clamped to `Int.max`.
  public static func kilobytes(_ count: Int) -> ByteCount { scaled(count, by: 1 << 10) }
  /// `count` × 1024² bytes, clamped to `Int.max`.
  public static func megabytes(_ count: Int) -> ByteCount { scaled(count, by: 1 << 20) }
  /// `count` × 1024³ bytes, clamped to `Int.max`.
  public static func gigabytes(_ count: Int) -> ByteCount { scaled(count, by: 1 << 30) }

  public static func < (left: ByteCount, right: ByteCount) -> Bool { left.value < right.value }

  private static func scaled(_ count: Int, by unit: Int) -> ByteCount {
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    return ByteCount(overflow ? (count < 0 ? .min : .max) : product)
  }
}

extension ByteCount: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}

/// A text that is no number of bytes.
public struct ByteCountError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The text as given.
  public let text: String
  public var description: String {
    "\"\(text)\": expected a number of bytes such as 4096, 100b, 64mb or 1.5gb.\n"
      + "Give digits alone, or a number followed by b, kb, mb, gb, tb, pb, eb, zb or yb."
  }
}

extension ByteCount {
  /// Reads a size as upstream's `bytes_to_int` does.
  ///
  /// `"64mb"` is 64 × 1024², `"1.5gb"` and `"1e3kb"` work, the result is truncated toward zero, `"100b"` and `"100"`
  /// are bytes. Case and surrounding blanks do not matter. `"10k"` is no size.
  /// - Throws: ``ByteCountError`` when the text is not of that form or does not fit in `Int`.
  public init(parsing text: String) throws(ByteCountError) {
    let trimmed = String(text.lowercased().trimmed)
    let units: [(suffix: String, power: Int)] = [
      ("kb", 1), ("mb", 2), ("gb", 3), ("tb", 4), ("pb", 5), ("eb", 6), ("zb", 7), ("yb", 8),
    ]
    for unit in units where trimmed.hasSuffix(unit.suffix) {
      let number = trimmed.dropLast(2).trimmed
      guard !number.isEmpty, number.allSatisfy({ "0123456789+-.e".contains($0) }), let factor = Double(String(number))
      else { throw ByteCountError(text: text) }
      var product = factor
      for _ in 0..<unit.power { product *= 1024 }
      guard let count = Int(exactly: product.rounded(.towardZero)) else { throw ByteCountError(text: text) }
      self.init(count)
      return
    }
    let digits = trimmed.hasSuffix("b") ? trimmed.dropLast() : trimmed[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let count = Int(digits) else {
      throw ByteCountError(text: text)
    }
    self.init(count)
  }
}

extension ByteCount: CustomStringConvertible {
  /// The size with one decimal in the largest unit that fits, such as `64.0 MB`.
  public var description: String {
    let names = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var amount = Double(value)
    var unit = 0
    while abs(amount) >= 1024, unit < names.count - 1 {
      amount /= 1024
      unit += 1
    }
    if unit == 0 { return "\(value) B" }
    return "\((amount * 10).rounded() / 10) \(names[unit])"
  }
}

extension StringProtocol {
  /// The text without blanks at either end.
  var trimmed: SubSequence {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
    else { return self[endIndex...] }
    return self[first...last]
  }
}
