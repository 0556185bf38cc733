/// Why a text is not JSON that Python's `json` module and this package accept.
public struct JSONError: Error, Sendable, Hashable {
  /// What is wrong; compare with the static members.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    /// The text ends inside a value.
    public static let truncated = Code(description: "truncated")
    /// A byte that no value, separator or bracket may start with here.
    public static let unexpectedByte = Code(description: "unexpectedByte")
    /// Something other than blanks after the value.
    public static let trailingData = Code(description: "trailingData")
    /// Bytes that are not UTF-8 inside a string.
    public static let invalidUTF8 = Code(description: "invalidUTF8")
    /// A backslash followed by something JSON does not define.
    public static let badEscape = Code(description: "badEscape")
    /// A `\uD800`…`\uDFFF` without its other half: Python keeps it, UTF-8 has no form for it.
    public static let loneSurrogate = Code(description: "loneSurrogate")
    /// A raw control character inside a string.
    public static let controlCharacter = Code(description: "controlCharacter")
    /// Nesting beyond ``JSONLimits/depth``.
    public static let tooDeep = Code(description: "tooDeep")
    /// An integer with more digits than ``JSONLimits/integerDigits``.
    public static let tooManyDigits = Code(description: "tooManyDigits")
  }

  public var code: Code
  /// Where, in bytes from the start of the text.
  public var byteOffset: Int
  public var expected: String
  public var found: String

  public init(_ code: Code, at byteOffset: Int, expected: String, found: String) {
    self.code = code
    self.byteOffset = byteOffset
    self.expected = expected
    self.found = found
  }
}

extension JSONError: CustomStringConvertible {
  public var description: String { "JSON text at byte \(byteOffset): expected \(expected), found \(found)" }
}

/// Bounds of the parser, so that a small hostile text costs little.
public struct JSONLimits: Sendable, Hashable {
  /// How many arrays and objects may be open at once. Python stops near 1,000.
  public var depth: Int
  /// Digits of one integer. Python 3.11 refuses more than 4,300.
  public var integerDigits: Int

  public init(depth: Int = 1000, integerDigits: Int = 4300) {
    self.depth = depth
    self.integerDigits = integerDigits
  }

  public static let `default` = JSONLimits()
}
