import NumPyRandom
import Testing

struct RefusalTests {
  typealias Call = @Sendable (inout NumPyGenerator<PCG64>) throws(NumPyRandomError) -> Void

  static let calls: [(String, String, NumPyRandomError.Code, Call)] = [
    ("integers", "high", .emptyRange, { g throws(NumPyRandomError) in _ = try g.integers(5, 5) }),
    (
      "integers of int8", "high", .emptyRange,
      { g throws(NumPyRandomError) in _ = try g.integers(Int8(5), 4, endpoint: true) }
    ),
    (
      "integers of bool", "high", .emptyRange,
      { g throws(NumPyRandomError) in _ = try g.integers(true, false, endpoint: true) }
    ),
    (
      "integers, count", "count", .negativeCount,
      { g throws(NumPyRandomError) in _ = try g.integers(0, 9, count: -1) }
    ),
    (
      "integers of lists", "highs", .lengthMismatch,
      { g throws(NumPyRandomError) in _ = try g.integers(lows: [1], highs: [2, 3]) }
    ),
    (
      "integers of lists", "high", .emptyRange,
      { g throws(NumPyRandomError) in _ = try g.integers(lows: [1, 2], highs: [2, 2]) }
    ),
    ("random", "count", .negativeCount, { g throws(NumPyRandomError) in _ = try g.random(count: -1) }),
    ("uniform", "high", .emptyRange, { g throws(NumPyRandomError) in _ = try g.uniform(1, 0) }),
    (
      "uniform, zeros", "high", .emptyRange, { g throws(NumPyRandomError) in _ = try g.uniform(0, -0.0) == 0 }
    ),
    (
      "uniform, infinite", "high", .rangeNotFinite,
      { g throws(NumPyRandomError) in _ = try g.uniform(0, .infinity, count: 2) }
    ),
    (
      "uniform, count", "count", .negativeCount,
      { g throws(NumPyRandomError) in _ = try g.uniform(0, 1, count: -2) }
    ),
    (
      "choice", "count", .sampleTooLarge,
      { g throws(NumPyRandomError) in _ = try g.choiceWithoutReplacement(3, count: 4) }
    ),
    (
      "choice", "population", .emptyPopulation,
      { g throws(NumPyRandomError) in _ = try g.choiceWithoutReplacement(0, count: 1) }
    ),
    (
      "choice", "count", .negativeCount,
      { g throws(NumPyRandomError) in _ = try g.choiceWithReplacement(3, count: -1) }
    ),
    (
      "choice", "population", .emptyPopulation,
      { g throws(NumPyRandomError) in _ = try g.choiceWithReplacement(-3, count: 1) }
    ),
    (
      "weights", "weights", .weights,
      { g throws(NumPyRandomError) in _ = try g.choiceWithReplacement(weights: [0.5, 0.4], count: 1) }
    ),
    (
      "weights", "weights", .weights,
      { g throws(NumPyRandomError) in _ = try g.choiceWithReplacement(weights: [1.5, -0.5], count: 1) }
    ),
    (
      "weights", "weights", .weights,
      { g throws(NumPyRandomError) in _ = try g.choiceWithReplacement(weights: [.nan, 1], count: 1) }
    ),
    (
      "weights", "weights", .weights,
      { g throws(NumPyRandomError) in _ = try g.choiceWithReplacement(weights: [], count: 0) }
    ),
    (
      "weights", "weights", .emptyPopulation,
      { g throws(NumPyRandomError) in _ = try g.choiceWithoutReplacement(weights: [], count: 1) }
    ),
    (
      "weights", "count", .sampleTooLarge,
      { g throws(NumPyRandomError) in _ = try g.choiceWithoutReplacement(weights: [1, 0], count: 2) }
    ),
    (
      "weights", "count", .sampleTooLarge,
      { g throws(NumPyRandomError) in _ = try g.choiceWithoutReplacement(weights: [1], count: 2) }
    ),
    (
      "normal", "deviation", .negativeScale, { g throws(NumPyRandomError) in _ = try g.normal(deviation: -1) }
    ),
    ("normal", "count", .negativeCount, { g throws(NumPyRandomError) in _ = try g.normal(count: -1) }),
    (
      "exponential", "scale", .negativeScale,
      { g throws(NumPyRandomError) in _ = try g.exponential(scale: -0.0) }
    ),
    (
      "permuted", "shape", .lengthMismatch,
      { g throws(NumPyRandomError) in _ = try g.permuted([1, 2], shape: [3]) }
    ),
    (
      "permuted", "shape", .lengthMismatch,
      { g throws(NumPyRandomError) in _ = try g.permuted([1], shape: [-1, -1]) }
    ),
    (
      "permuted", "shape", .lengthMismatch,
      { g throws(NumPyRandomError) in _ = try g.permuted([Int](), shape: [.max, .max, 0]) }
    ),
    (
      "permuted", "axis", .lengthMismatch,
      { g throws(NumPyRandomError) in _ = try g.permuted([1], shape: [1], axis: 1) }
    ),
  ]

  @Test(
    "what numpy refuses is refused by the name of the parameter, and nothing is drawn",
    arguments: calls.indices)
  func refused(number: Int) {
    let (name, parameter, code, call) = Self.calls[number]
    var generator = NumPyGenerator(seed: 1 as SeedEntropy)
    let before = generator
    let error = #expect(throws: NumPyRandomError.self, "\(name)") { try call(&generator) }
    #expect(error?.code == code && error?.parameter == parameter, "\(name): \(String(describing: error))")
    #expect(generator == before)
  }

  @Test("counts of zero are taken, even where nothing could be drawn")
  func zero() throws {
    var generator = NumPyGenerator(seed: 1 as SeedEntropy)
    let before = generator
    #expect(try generator.integers(5, 5, count: 0).isEmpty)
    #expect(try generator.choiceWithoutReplacement(0, count: 0).isEmpty)
    #expect(try generator.choiceWithReplacement(-4, count: 0).isEmpty)
    #expect(generator.permutation(-3).isEmpty && generator.permutation(1) == [0])
    #expect(generator == before)
  }
}
