import NumPyRandom
import Testing

struct RandomStateTests {
  @Test(
    "each function answers as numpy's RandomState does, for random seeds and arguments, and leaves the same state",
    arguments: [
      "legacy_shuffle", "legacy_permutation", "legacy_randint", "legacy_random_sample", "legacy_uniform",
      "legacy_choice", "legacy_choice_back", "legacy_choice_weighted", "legacy_normal", "mixed",
    ])
  func vectors(function: String) throws {
    let cases = try VectorCase.read(function, bits: "RandomState")
    #expect(cases.count >= 10)
    for vector in cases {
      var interpreter = LegacyInterpreter(state: try RandomState(seed: UInt(vector.seed) ?? .max))
      for (number, op) in vector.ops.enumerated() {
        #expect(interpreter.run(op) == op.answer, "\(vector) op \(number): \(op.name) \(op.arguments)")
      }
    }
  }

  @Test("a width below zero is taken, as numpy takes it; one that is not finite is not")
  func backwards() throws {
    var state = try RandomState(seed: 3)
    var other = state
    let numbers = try state.uniform(2, -1, count: 4)
    #expect(numbers == (try other.randomSample(count: 4)).map { 2 + -3 * $0 })
    #expect(throws: NumPyRandomError.self) {
      try state.uniform(-.greatestFiniteMagnitude, .greatestFiniteMagnitude, count: 1)
    }
  }

  @Test("copies go their own ways")
  func copies() throws {
    var first = try RandomState(seed: 8)
    _ = first.standardNormal()
    var second = first
    #expect(first.permutation(2000) == second.permutation(2000))
    #expect(first.standardNormal() == second.standardNormal())
    #expect(first == second)
    _ = second.randomSample()
    #expect(first != second)
  }
}
