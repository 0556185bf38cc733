extension RandomState {
  /// Shuffles in place; numpy's `RandomState.shuffle`: Fisher–Yates from the end, partners by masked
  /// rejection.
  /// - Complexity: O(count).
  public mutating func shuffle<Element>(_ elements: inout [Element]) { generator.shuffle(&elements) }

  /// The numbers 0 ..< `count` in random order; numpy's `RandomState.permutation(int)`. Empty for counts
  /// below 1.
  public mutating func permutation(_ count: Int) -> [Int] { generator.permutation(count) }

  /// The elements in random order; numpy's `RandomState.permutation(array)`.
  public mutating func permutation<Element>(of elements: [Element]) -> [Element] {
    generator.permutation(of: elements)
  }

  /// `count` different numbers of 0 ..< `population`; numpy's
  /// `RandomState.choice(population, count, replace=False)`.
  ///
  /// The first `count` of a whole permutation, unlike ``NumPyGenerator``.
  /// - Throws: ``NumPyRandomError`` `.negativeCount`, `.emptyPopulation`, or `.sampleTooLarge`.
  /// - Complexity: O(population).
  public mutating func choiceWithoutReplacement(_ population: Int, count: Int) throws(NumPyRandomError)
    -> [Int]
  {
    try generator.checkPopulation(population, count: count)
    guard count <= population else {
      throw NumPyRandomError(
        .sampleTooLarge, "count", expected: "at most \(population), as nothing is put back", found: "\(count)"
      )
    }
    return Array(permutation(population).prefix(count))
  }

  /// `count` numbers of 0 ..< `population`, each free of the others; numpy's
  /// `RandomState.choice(population, count)`.
  /// - Throws: ``NumPyRandomError`` `.negativeCount`, or `.emptyPopulation`.
  public mutating func choiceWithReplacement(_ population: Int, count: Int) throws(NumPyRandomError) -> [Int]
  {
    try generator.checkPopulation(population, count: count)
    return try integers(0, population, count: count)
  }

  /// `count` members with the given probabilities, each free of the others; numpy's
  /// `RandomState.choice(n, count, p=…)`.
  /// - Throws: ``NumPyRandomError`` `.negativeCount`, `.emptyPopulation`, or `.weights`.
  public mutating func choiceWithReplacement(weights: [Double], count: Int) throws(NumPyRandomError) -> [Int]
  {
    try generator.choiceWithReplacement(weights: weights, count: count)
  }

  /// `count` different members with the given probabilities; numpy's
  /// `RandomState.choice(n, count, False, p)`.
  /// - Throws: ``NumPyRandomError`` `.negativeCount`, `.emptyPopulation`, `.weights`, or `.sampleTooLarge`.
  public mutating func choiceWithoutReplacement(weights: [Double], count: Int) throws(NumPyRandomError)
    -> [Int]
  {
    try generator.choiceWithoutReplacement(weights: weights, count: count)
  }
}
