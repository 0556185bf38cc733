/// A JSON integer of any size, as Python's `int`: up to 64 bits by value, beyond as its decimal text.
public struct JSONInteger: Sendable, Hashable {
  private enum Storage: Sendable, Hashable {
    case small(Int64)
    case big(String)  // canonical decimal text of a value outside Int64
  }
  private var storage: Storage

  public init(_ value: some BinaryInteger) {
    if let small = Int64(exactly: value) { storage = .small(small) } else { storage = .big(String(value)) }
  }

  /// Takes `-?[0-9]+`; leading zeros are dropped and `-0` is 0. Nil for any other text.
  public init?(decimal text: some StringProtocol) {
    var digits = Substring(text)
    let negative = digits.utf8.first == UInt8(ascii: "-")
    if negative { digits = digits.dropFirst() }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    digits = digits.drop { $0 == "0" }
    let canonical = digits.isEmpty ? "0" : (negative ? "-" : "") + digits
    if let small = Int64(canonical) { storage = .small(small) } else { storage = .big(canonical) }
  }

  /// The decimal text: what Python's `str(int)` prints.
  public var text: String {
    switch storage {
    case .small(let value): String(value)
    case .big(let text): text
    }
  }

  public var isNegative: Bool {
    switch storage {
    case .small(let value): value < 0
    case .big(let text): text.utf8.first == UInt8(ascii: "-")
    }
  }

  /// The value when it fits 64 bits, without building text.
  var small: Int64? { if case .small(let value) = storage { value } else { nil } }
}

extension JSONInteger: CustomStringConvertible {
  public var description: String { text }
}

extension JSONInteger: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}

extension FixedWidthInteger {
  /// The integer's value when this type holds it, nil otherwise.
  public init?(exactly integer: JSONInteger) {
    if let small = integer.small { self.init(exactly: small) } else { self.init(integer.text) }
  }
}

extension Double {
  /// The nearest `Double`, ties to even, as Python's `float(int)`; ±infinity beyond the range, where Python raises.
  public init(_ integer: JSONInteger) {
    if let small = integer.small { self.init(small) } else { self = Double(integer.text) ?? .nan }
  }
}
