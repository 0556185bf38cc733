/// Random numbers for one sample in one epoch: the same on any thread, rank and machine, and after a resume.
///
/// For augmentation in a `BatchTransform` or a ``Collation``, whose calls come in no order.
///
/// ```swift
/// var random = SampleGenerator(seed: 17, epoch: batch.position.epoch, sample: batch.sampleIDs[row])
/// let flips = Bool.random(using: &random)
/// ```
///
/// SplitMix64 (Steele, Lea, Flood 2014), started from a mixture of all that it is made from. Not for secrets.
public struct SampleGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// - Parameter stage: tells apart the steps that need numbers of their own, such as a crop and a flip.
  public init(seed: UInt64, epoch: Int, sample: Int64, stage: Int = 0) {
    var state: UInt64 = 0
    for word in [seed, UInt64(bitPattern: Int64(epoch)), UInt64(bitPattern: sample), UInt64(bitPattern: Int64(stage))] {
      state = Self.mixed(state ^ word)
    }
    self.state = state
  }

  public mutating func next() -> UInt64 {
    defer { state &+= Self.step }
    return Self.mixed(state)
  }

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mixed(_ word: UInt64) -> UInt64 {
    var z = word &+ step
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
