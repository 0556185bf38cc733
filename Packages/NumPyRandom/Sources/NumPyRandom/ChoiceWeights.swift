/// The probabilities of a weighted choice, checked as numpy's `choice` checks its `p`.
struct ChoiceWeights {
  private var weights: [Double]

  /// - Throws: ``NumPyRandomError`` `.emptyPopulation` without weights, `.weights` when one is below 0 or not
  ///   a number, or when their sum differs from 1 by more than 1.5e-8.
  init(_ weights: [Double], count: Int) throws(NumPyRandomError) {
    guard !weights.isEmpty || count == 0 else {
      throw NumPyRandomError(
        .emptyPopulation, "weights", expected: "at least one, as samples are taken", found: "none")
    }
    let total = ChoiceWeights.compensatedSum(weights)
    if total.isNaN {
      throw NumPyRandomError(.weights, "weights", expected: "numbers", found: "one that is not a number")
    }
    if let place = weights.firstIndex(where: { $0 < 0 }) {
      throw NumPyRandomError(
        .weights, "weights", expected: "at least 0 each", found: "\(weights[place]) at \(place)")
    }
    guard abs(total - 1) <= Double.ulpOfOne.squareRoot() else {
      throw NumPyRandomError(.weights, "weights", expected: "a sum of 1", found: "\(total)")
    }
    self.weights = weights
  }

  /// Maps numbers in 0 ..< 1 to members, `count` of them with repetitions.
  func members(at points: [Double]) -> [Int] {
    let cumulative = cumulativeWeights()
    return points.map { ChoiceWeights.upperBound($0, in: cumulative) }
  }

  /// Different members until there are `count`: each round draws as many points as are missing, and drops
  /// repetitions.
  func differentMembers(count: Int, _ nextDouble: () -> Double) throws(NumPyRandomError) -> [Int] {
    let available = weights.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
    guard count <= available else {
      throw NumPyRandomError(
        .sampleTooLarge, "count", expected: "at most \(available), the number of weights above 0",
        found: "\(count)")
    }
    var rest = self
    var chosen: [Int] = []
    var isChosen = [Bool](repeating: false, count: weights.count)
    while chosen.count < count {
      let points = (chosen.count..<count).map { _ in nextDouble() }
      for member in chosen { rest.weights[member] = 0 }
      for member in rest.members(at: points) where !isChosen[member] {
        isChosen[member] = true
        chosen.append(member)
      }
    }
    return chosen
  }

  /// numpy's `cdf = p.cumsum(); cdf /= cdf[-1]`.
  private func cumulativeWeights() -> [Double] {
    var sum = 0.0
    var cumulative = weights.map { weight in
      sum += weight
      return sum
    }
    for place in cumulative.indices { cumulative[place] /= sum }
    return cumulative
  }

  /// The first place whose value lies above `point`; numpy's `searchsorted(point, side='right')`.
  private static func upperBound(_ point: Double, in values: [Double]) -> Int {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if point < values[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Kahan's sum; numpy's `kahan_sum`.
  private static func compensatedSum(_ values: [Double]) -> Double {
    guard var sum = values.first else { return 0 }
    var compensation = 0.0
    for value in values.dropFirst() {
      let corrected = value - compensation
      let next = sum + corrected
      compensation = (next - sum) - corrected
      sum = next
    }
    return sum
  }
}
