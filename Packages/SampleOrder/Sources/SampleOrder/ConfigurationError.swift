/// Tells which setting of the sample order cannot be honoured, and what would be.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of setting was refused.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// A number is outside of its accepted range.
    public static let outOfRange = Code(description: "outOfRange")
    /// One number must divide another and does not.
    public static let indivisible = Code(description: "indivisible")
    /// A name is none of those known.
    public static let unknownName = Code(description: "unknownName")
    /// A setting that the operation needs was not given.
    public static let missing = Code(description: "missing")
    /// Two settings exclude each other.
    public static let conflicting = Code(description: "conflicting")
    /// There are too few samples for the asked arrangement.
    public static let tooFewSamples = Code(description: "tooFewSamples")
    /// A checkpoint lies beyond the end of the epoch.
    public static let beyondEnd = Code(description: "beyondEnd")
    /// A checkpoint lacks a key or holds a value of another kind.
    public static let malformedState = Code(description: "malformedState")
    /// A checkpoint was taken from a run with another order.
    public static let fingerprintMismatch = Code(description: "fingerprintMismatch")
  }

  public let code: Code
  /// The setting, as upstream and the command line name it (`batch_size`, `num_canonical_nodes`, …).
  public let parameter: String
  public let expected: String
  public let found: String
  public let remedy: String

  public init(_ code: Code, parameter: String, expected: String, found: String, remedy: String) {
    self.code = code
    self.parameter = parameter
    self.expected = expected
    self.found = found
    self.remedy = remedy
  }

  public var description: String {
    "\(parameter): expected \(expected), found \(found).\n\(remedy)."
  }
}

extension ConfigurationError {
  static func outOfRange(
    _ parameter: String, expected: String, found: some CustomStringConvertible, remedy: String? = nil
  ) -> ConfigurationError {
    ConfigurationError(
      .outOfRange, parameter: parameter, expected: expected, found: String(describing: found),
      remedy: remedy ?? "Set \(parameter) to \(expected)")
  }

  static func tooLarge(_ parameter: String, found: some CustomStringConvertible) -> ConfigurationError {
    outOfRange(parameter, expected: "a product below 2^62", found: found, remedy: "Reduce \(parameter)")
  }
}

/// Multiplies counts, refusing what does not fit.
func product(_ factors: Int..., naming parameter: String) throws(ConfigurationError) -> Int {
  var result = 1
  for factor in factors {
    let (next, overflow) = result.multipliedReportingOverflow(by: factor)
    guard !overflow, next < 1 << 62 else { throw .tooLarge(parameter, found: "\(factors)") }
    result = next
  }
  return result
}
