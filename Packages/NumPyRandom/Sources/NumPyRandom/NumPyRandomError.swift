/// A seed, bound, count, weight or state that numpy refuses, too.
public struct NumPyRandomError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of refusal this is.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name of the case.
    public let description: String

    /// A seed below zero.
    public static let negativeSeed = Code(description: "negativeSeed")
    /// A seed above what the generator takes.
    public static let seedOutOfRange = Code(description: "seedOutOfRange")
    /// A text that is no integer, or no state.
    public static let unreadable = Code(description: "unreadable")
    /// An entropy pool of fewer than 4 words.
    public static let poolTooSmall = Code(description: "poolTooSmall")
    /// A lower bound that does not lie below the upper one.
    public static let emptyRange = Code(description: "emptyRange")
    /// A range of floating point numbers whose width is infinite or not a number.
    public static let rangeNotFinite = Code(description: "rangeNotFinite")
    /// A count below zero.
    public static let negativeCount = Code(description: "negativeCount")
    /// Lists that belong together but differ in length.
    public static let lengthMismatch = Code(description: "lengthMismatch")
    /// Nothing to choose from.
    public static let emptyPopulation = Code(description: "emptyPopulation")
    /// More samples without replacement than there are members (of positive weight).
    public static let sampleTooLarge = Code(description: "sampleTooLarge")
    /// Weights that are negative, not a number, or don't add up to 1.
    public static let weights = Code(description: "weights")
    /// A scale below zero.
    public static let negativeScale = Code(description: "negativeScale")
    /// A state of another generator, or one whose numbers are out of range.
    public static let state = Code(description: "state")
  }

  /// What kind of refusal this is.
  public let code: Code
  /// The name of the parameter or of the state's key that was refused.
  public let parameter: String
  /// What is accepted.
  public let expected: String
  /// What came.
  public let found: String

  /// Makes the error that one function of this package throws.
  @usableFromInline
  init(_ code: Code, _ parameter: String, expected: String, found: String) {
    self.code = code
    self.parameter = parameter
    self.expected = expected
    self.found = found
  }

  /// Two lines: what was refused, and what to do.
  public var description: String {
    "\(parameter): expected \(expected), found \(found).\nGive \(parameter) within these limits."
  }
}

extension NumPyRandomError {
  /// Bounds without an integer between them. Kept out of the loops that may throw it.
  @usableFromInline @inline(never)
  static func emptyRange(from low: some BinaryInteger, to high: some BinaryInteger, endpoint: Bool)
    -> NumPyRandomError
  {
    NumPyRandomError(
      .emptyRange, "high", expected: "\(endpoint ? "at least" : "above") low, which is \(low)",
      found: "\(high)")
  }
  /// A count below zero.
  @usableFromInline @inline(never)
  static func negative(_ count: Int) -> NumPyRandomError {
    NumPyRandomError(.negativeCount, "count", expected: "at least 0", found: "\(count)")
  }
}
