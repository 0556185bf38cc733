extension NumPyGenerator {
  /// `count` members with the given probabilities, each free of the others; numpy's
  /// `Generator.choice(n, count, p=…)`.
  ///
  /// One `random()` per member, looked up in the cumulative sum.
  /// - Parameter weights: a probability per member, which add up to 1.
  /// - Throws: ``NumPyRandomError`` `.negativeCount`, `.emptyPopulation`, or `.weights`.
  /// - Complexity: O(weights + count × log weights).
  public mutating func choiceWithReplacement(weights: [Double], count: Int) throws(NumPyRandomError) -> [Int]
  {
    let table = try ChoiceWeights(weights, count: try checkedCount(count))
    return table.members(at: (0..<count).map { _ in random() })
  }

  /// `count` different members with the given probabilities; numpy's
  /// `Generator.choice(n, count, replace=False, p=…)`.
  ///
  /// Rounds: as many `random()` as are missing, looked up among the members not yet chosen; repetitions are
  /// dropped.
  /// - Throws: ``NumPyRandomError`` `.negativeCount`, `.emptyPopulation`, `.weights`, or `.sampleTooLarge`
  ///   when fewer weights than `count` are above 0.
  /// - Complexity: O(rounds × weights).
  public mutating func choiceWithoutReplacement(weights: [Double], count: Int) throws(NumPyRandomError)
    -> [Int]
  {
    let table = try ChoiceWeights(weights, count: try checkedCount(count))
    guard count <= weights.count else {
      throw NumPyRandomError(
        .sampleTooLarge, "count", expected: "at most \(weights.count), as nothing is put back",
        found: "\(count)")
    }
    return try table.differentMembers(count: count) { random() }
  }
}
