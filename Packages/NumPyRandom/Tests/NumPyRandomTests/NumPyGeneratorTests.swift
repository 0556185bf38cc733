import NumPyRandom
import Testing

struct NumPyGeneratorTests {
  @Test(
    "each function answers as numpy does, for random seeds and arguments, and leaves the same state",
    arguments: [
      "raw", "shuffle", "permutation", "integer", "integers", "integers_of", "random", "uniform", "choice",
      "choice_back", "mixed",
    ])
  func vectors(function: String) throws {
    let cases = try VectorCase.read(function, bits: "PCG64")
    #expect(cases.count >= 30)
    for vector in cases {
      var interpreter = GeneratorInterpreter(
        generator: NumPyGenerator(seed: try SeedEntropy(parsing: vector.seed)), state: words(of:))
      for (number, op) in vector.ops.enumerated() {
        #expect(interpreter.run(op) == op.answer, "\(vector) op \(number): \(op.name) \(op.arguments)")
      }
    }
  }

  @Test("passing over a shuffle leaves the state that the shuffle leaves", arguments: [0, 1, 2, 3, 255, 256, 257, 70_000])
  func skipShuffle(count: Int) {
    for seed in 0..<20 as Range<UInt64> {
      var shuffled = NumPyGenerator(seed: SeedEntropy(seed)), skipped = shuffled
      if seed % 2 == 1 { #expect(shuffled.bits.next32() == skipped.bits.next32()) }
      _ = shuffled.permutation(count)
      skipped.skipShuffle(count: count)
      #expect(shuffled == skipped)
    }
  }
}
