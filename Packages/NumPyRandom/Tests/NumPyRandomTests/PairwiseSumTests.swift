import Foundation
import NumPyRandom
import Testing

struct PairwiseSumTests {
  struct Vector: Decodable {
    let seed: UInt64
    let vector, sum: String
  }

  @Test("sums are rounded as numpy's, on both sides of each threshold")
  func vectors() throws {
    let vectors = try readVectors("sums", [Vector].self)
    #expect(vectors.count > 30)
    for vector in vectors {
      var generator = NumPyGenerator(seed: SeedEntropy(vector.seed))
      let count = Int(vector.seed)
      let factors = try generator.random(count: count)
      let powers = try generator.integers(-6, 6, count: count)
      let numbers = zip(factors, powers).map { $0 * pow(10, Double($1)) }
      #expect(answer(numbers) == vector.vector)
      #expect(pairwiseSum(numbers) == float(vector.sum), "\(count) numbers")
    }
  }

  @Test("the sum of nothing is +0, that of −0 too")
  func zero() { #expect(pairwiseSum([]).sign == .plus && pairwiseSum([-0.0]).sign == .plus) }
}
