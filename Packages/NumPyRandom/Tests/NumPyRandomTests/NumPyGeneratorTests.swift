import NumPyRandom
import Testing

struct NumPyGeneratorTests {
  static let functions = [
    "raw", "shuffle", "permutation", "permuted", "integer", "integers", "integers_of", "random", "random32",
    "uniform",
    "choice", "choice_back", "choice_weighted", "normal", "normal32", "exponential", "exponential32",
  ]

  @Test(
    "each function answers as numpy does, for random seeds and arguments, and leaves the same state",
    arguments: functions + ["mixed"])
  func pcg64(function: String) throws {
    let cases = try VectorCase.read(function, bits: "PCG64")
    #expect(cases.count >= 30)
    for vector in cases { try check(vector) }
  }

  @Test(
    "each function answers as numpy does over MT19937, which keeps no halves",
    arguments: functions + ["mixed"])
  func mersenneTwister(function: String) throws {
    let cases = try VectorCase.read(function, bits: "MT19937")
    #expect(cases.count >= 5)
    for vector in cases {
      var interpreter = GeneratorInterpreter(
        generator: NumPyGenerator(MT19937(seed: try SeedEntropy(parsing: vector.seed))), state: words(of:))
      for (number, op) in vector.ops.enumerated() {
        #expect(interpreter.run(op) == op.answer, "\(vector) op \(number): \(op.name) \(op.arguments)")
      }
    }
  }

  @Test("200,000 numbers meet every branch of the ziggurats")
  func ziggurats() throws {
    let cases = try VectorCase.read("long")
    #expect(cases.count == 4)
    for vector in cases { try check(vector) }
  }

  private func check(_ vector: VectorCase) throws {
    var interpreter = GeneratorInterpreter(
      generator: NumPyGenerator(seed: try SeedEntropy(parsing: vector.seed)), state: words(of:))
    for (number, op) in vector.ops.enumerated() {
      #expect(interpreter.run(op) == op.answer, "\(vector) op \(number): \(op.name) \(op.arguments)")
    }
  }
}
