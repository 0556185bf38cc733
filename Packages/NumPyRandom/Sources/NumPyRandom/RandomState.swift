internal import SystemLibC

/// Random numbers by the methods of numpy's legacy `RandomState`, bit for bit; frozen in numpy since 1.16.
///
/// A value type over ``MT19937``; copying it saves its state. New code uses ``NumPyGenerator``.
/// ```swift
/// var state = try RandomState(seed: 42)
/// let order = state.permutation(10)
/// ```
public struct RandomState: Sendable, Hashable {
  @usableFromInline var generator: NumPyGenerator<MT19937>
  /// The second number of a pair of the normal distribution, kept for the next call; `gauss` of numpy's state
  /// where `has_gauss` is 1, nil where it is 0.
  public var keptGauss: Double?

  /// The bit generator.
  public var bits: MT19937 {
    get { generator.bits }
    set { generator.bits = newValue }
  }

  /// Draws from a bit generator; numpy's `RandomState(MT19937(…))`.
  public init(_ bits: MT19937) { generator = NumPyGenerator(bits) }

  /// numpy's `RandomState(seed)`.
  /// - Throws: ``NumPyRandomError`` `.negativeSeed` below 0, `.seedOutOfRange` above 2³² − 1.
  public init(seed: some BinaryInteger) throws(NumPyRandomError) { self.init(try MT19937(legacySeed: seed)) }

  /// numpy's `RandomState([…])`.
  /// - Throws: ``NumPyRandomError`` as ``MT19937/init(legacySeeds:)``.
  public init(seeds: [some BinaryInteger]) throws(NumPyRandomError) {
    self.init(try MT19937(legacySeeds: seeds))
  }

  /// A number in 0 ..< 1 with 53 random bits; numpy's `RandomState.random_sample()`.
  public mutating func randomSample() -> Double { generator.random() }

  /// `count` numbers in 0 ..< 1; numpy's `RandomState.random_sample(count)`.
  /// - Throws: ``NumPyRandomError`` `.negativeCount` below 0.
  public mutating func randomSample(count: Int) throws(NumPyRandomError) -> [Double] {
    try generator.random(count: count)
  }

  /// `count` numbers between `low` and `high`; numpy's `RandomState.uniform(low, high, count)`.
  ///
  /// `low + (high − low) × random_sample()`. Unlike ``NumPyGenerator``, `high` may lie below `low`.
  /// - Throws: ``NumPyRandomError`` `.rangeNotFinite` when the width is infinite or not a number,
  ///   `.negativeCount`.
  public mutating func uniform(_ low: Double, _ high: Double, count: Int) throws(NumPyRandomError) -> [Double]
  {
    let width = high - low
    guard width.isFinite else { throw NumPyRandomError.width(from: low, to: high) }
    return try randomSample(count: count).map { low + width * $0 }
  }

  /// A number of the standard normal distribution; numpy's `RandomState.standard_normal()`.
  ///
  /// Marsaglia's polar method, `legacy_gauss`: a pair is made at once, and the second number kept for the
  /// next call. Uses the C library's `log`.
  public mutating func standardNormal() -> Double {
    if let kept = keptGauss {
      keptGauss = nil
      return kept
    }
    while true {
      let first = 2 * generator.random() - 1
      let second = 2 * generator.random() - 1
      let square = first * first + second * second
      if square >= 1 || square == 0 { continue }
      let factor = (-2 * log(square) / square).squareRoot()
      keptGauss = factor * first
      return factor * second
    }
  }

  /// `count` numbers of the normal distribution; numpy's `RandomState.normal(mean, deviation, count)`.
  /// - Throws: ``NumPyRandomError`` `.negativeScale` for a deviation below 0 (−0 included), `.negativeCount`
  ///   below 0.
  public mutating func normal(
    mean: Double = 0, deviation: Double = 1, count: Int
  ) throws(NumPyRandomError) -> [Double] {
    let count = try checkedCount(count)
    let deviation = try generator.checkedScale(deviation, "deviation")
    return (0..<count).map { _ in mean + deviation * standardNormal() }
  }
}
