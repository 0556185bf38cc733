import NumPyRandom
import Testing

struct ReadmeTests {
  // np.random.default_rng(42): permutation(6), integers(1, 6, 4, endpoint=True)
  @Test("the example of the README gives what it says")
  func example() throws {
    // snippet: numpy-random
    var generator = try NumPyGenerator(seed: 42)  // numpy.random.default_rng(42)
    let order = generator.permutation(6)  // [3, 2, 5, 4, 1, 0]
    let dice = try generator.integers(1, 6, endpoint: true, count: 4)  // [1, 5, 2, 1]
    let saved = generator  // a copy is the saved state
    let first = generator.random()
    generator = saved
    #expect(first == generator.random())
    // end snippet
    #expect(order == [3, 2, 5, 4, 1, 0] && dice == [1, 5, 2, 1])
  }
}
