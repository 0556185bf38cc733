import NumPyRandom

/// How many samples of each stream make an epoch: the streams' weights, resolved.
public struct EpochWeights: Sendable, Hashable {
  /// Samples in an epoch, before padding.
  public let epochSize: Int
  /// Samples taken of each stream.
  public let choose: [Int]
  /// Each stream's share of the epoch.
  public let proportions: [Double]
  /// How often each stream's samples occur on average.
  public let repeats: [Double]

  /// Resolves the weights with upstream's `Stream.apply_weights`, to the last bit.
  ///
  /// With proportions, counts are cut to integers and the missing samples go to streams drawn with the shuffle seed.
  /// - Throws: ``ConfigurationError`` `.conflicting` for proportions on some streams only, or an epoch size with
  ///   absolute weights; `.outOfRange` when all weights are zero, not finite, or the epoch exceeds 2^53 samples.
  public init(
    shape: DatasetShape, epochSize: Int? = nil, seed: ShuffleSeed = 9176
  ) throws(ConfigurationError) {
    let streams = shape.streams
    var proportions: [Double] = []
    var isUnspecified = true
    for (index, stream) in streams.enumerated() {
      if case .proportion(let value) = stream.weight { proportions.append(value) }
      isUnspecified = isUnspecified && stream.weight == .unspecified
      guard proportions.isEmpty || proportions.count == index + 1 else {
        throw ConfigurationError(
          .conflicting, parameter: "proportion", expected: "a proportion on every stream or on none",
          found: "stream \(index) differs from those before it",
          remedy: "Weight all streams by proportion, or none")
      }
    }
    if proportions.isEmpty, isUnspecified, let epochSize, epochSize > 0 {
      proportions = streams.map { Double($0.sampleCount) }
    }
    let counts = streams.map { Double($0.sampleCount) }
    if proportions.isEmpty {
      guard epochSize ?? 0 == 0 else {
        throw ConfigurationError(
          .conflicting, parameter: "epoch_size", expected: "none with repeat or choose",
          found: "\(epochSize ?? 0)", remedy: "Leave out epoch_size, or weight the streams by proportion")
      }
      let choose = try Self.absolute(streams)
      let total = Double(choose.reduce(0, +))
      guard total > 0, total <= 0x1p53 else {
        throw .outOfRange(
          "epoch size", expected: "between 1 and 2^53", found: total, remedy: "Give a stream a larger weight")
      }
      self.epochSize = Int(total)
      self.choose = choose
      self.proportions = choose.map { Double($0) / total }
      repeats = zip(choose, counts).map { Double($0) / $1 }
    } else {
      let size = epochSize.flatMap { $0 > 0 ? $0 : nil } ?? shape.sampleCount
      (choose, self.proportions) = try Self.relative(proportions, size: size, seed: seed)
      self.epochSize = size
      repeats = zip(choose, counts).map { Double($0) / $1 }
    }
  }

  private static func absolute(_ streams: [StreamShape]) throws(ConfigurationError) -> [Int] {
    var choose: [Int] = []
    for stream in streams {
      switch stream.weight {
      case .repeating(let factor):
        let samples = factor * Double(stream.sampleCount)
        guard samples >= 0, samples <= 0x1p53 else {
          throw .outOfRange("repeat", expected: "a non-negative number, up to 2^53 samples", found: factor)
        }
        choose.append(Int(samples))
      case .choose(let count):
        guard (0...1 << 53).contains(count) else {
          throw .outOfRange("choose", expected: "between 0 and 2^53", found: count)
        }
        choose.append(count)
      case .unspecified, .proportion: choose.append(stream.sampleCount)
      }
    }
    return choose
  }

  private static func relative(
    _ weights: [Double], size: Int, seed: ShuffleSeed
  ) throws(ConfigurationError) -> ([Int], [Double]) {
    guard size <= 1 << 53 else { throw .outOfRange("epoch_size", expected: "at most 2^53", found: size) }
    let sum = pairwiseSum(weights)
    guard sum > 0, sum.isFinite, weights.allSatisfy({ $0 >= 0 }) else {
      throw .outOfRange(
        "proportion", expected: "non-negative numbers with a positive, finite sum", found: sum,
        remedy: "Give at least one stream a positive proportion")
    }
    let proportions = weights.map { $0 / sum }
    var choose = proportions.map { Int(Double(size) * $0) }
    var generator = seed.generator
    let missing = size - choose.reduce(0, +)
    do {
      for index in try generator.choiceWithoutReplacement(weights.count, count: missing) { choose[index] += 1 }
    } catch {
      throw .outOfRange(
        "proportion", expected: "proportions whose rounding loses at most one sample per stream", found: missing,
        remedy: "Reduce epoch_size")
    }
    return (choose, proportions)
  }
}
