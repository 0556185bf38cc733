extension NumPyGenerator {
  /// `count` different numbers of 0 ..< `population`; numpy's
  /// `Generator.choice(population, count, replace=False)`.
  ///
  /// A tail shuffle when `population` is above 10000 and `count` above a 50th of it (a 20th without
  /// `shuffling`), else Floyd's algorithm, whose result is then shuffled unless `shuffling` is false.
  /// Partners by Lemire's method.
  /// - Parameter shuffling: false leaves Floyd's order, which is not random, as numpy's `shuffle=False`.
  /// - Throws: ``NumPyRandomError`` `.negativeCount`, `.emptyPopulation`, or `.sampleTooLarge`.
  /// - Complexity: O(population) for the tail shuffle, else O(count).
  @specialized(where Bits == PCG64)
  public mutating func choiceWithoutReplacement(
    _ population: Int, count: Int, shuffling: Bool = true
  ) throws(NumPyRandomError) -> [Int] {
    try checkPopulation(population, count: count)
    guard count <= max(population, 0) else {
      throw NumPyRandomError(
        .sampleTooLarge, "count", expected: "at most \(population), as nothing is put back", found: "\(count)"
      )
    }
    if count == 0 { return [] }
    if population > 10_000, count > population / (shuffling ? 50 : 20) {
      var pool = Array(0..<population)
      shuffleByLemire(&pool, from: max(population - count, 1))
      return Array(pool[(population - count)...])
    }
    var chosen = floydSample(population, count: count)
    if shuffling { shuffleByLemire(&chosen, from: 1) }
    return chosen
  }

  /// `count` numbers of 0 ..< `population`, each free of the others; numpy's
  /// `Generator.choice(population, count)`.
  /// - Throws: ``NumPyRandomError`` `.negativeCount`, or `.emptyPopulation`.
  public mutating func choiceWithReplacement(_ population: Int, count: Int) throws(NumPyRandomError) -> [Int]
  {
    try checkPopulation(population, count: count)
    return try integers(0, population, count: count)
  }

  /// Refuses what numpy's `choice` refuses at its start.
  func checkPopulation(_ population: Int, count: Int) throws(NumPyRandomError) {
    _ = try checkedCount(count)
    guard population > 0 || count == 0 else {
      throw NumPyRandomError(
        .emptyPopulation, "population", expected: "at least 1, as samples are taken", found: "\(population)")
    }
  }

  /// Floyd's algorithm with numpy's open-addressed set.
  private mutating func floydSample(_ population: Int, count: Int) -> [Int] {
    let mask = Int.max >> (Int(1.2 * Double(count)).leadingZeroBitCount - 1)
    var seen = [Int](repeating: -1, count: mask + 1)
    var chosen: [Int] = []
    chosen.reserveCapacity(count)
    for last in (population - count)..<population {
      var value = Int(truncatingIfNeeded: bits.nextBounded(upTo: UInt64(truncatingIfNeeded: last)))
      var place = value & mask
      while seen[place] != -1, seen[place] != value { place = (place + 1) & mask }
      if seen[place] != -1 {
        value = last
        place = last & mask
        while seen[place] != -1 { place = (place + 1) & mask }
      }
      seen[place] = value
      chosen.append(value)
    }
    return chosen
  }

  /// The shuffle inside numpy's `choice`, `_shuffle_int`: partners by Lemire's method, not by masks.
  private mutating func shuffleByLemire(_ elements: inout [Int], from first: Int) {
    for top in stride(from: elements.count - 1, through: first, by: -1) {
      elements.swapAt(top, Int(truncatingIfNeeded: bits.nextBounded(upTo: UInt64(truncatingIfNeeded: top))))
    }
  }
}
