import Testing

@testable import SampleOrder

@Suite struct SampleLocatorTests {
  /// The shortest obviously right look-up.
  static func naive(_ id: Int, _ sizes: [Int]) -> SampleLocator.Location {
    var rest = id
    for (shard, size) in sizes.enumerated() {
      if rest < size { return .init(shard: shard, row: rest) }
      rest -= size
    }
    return .init(shard: -1, row: -1)
  }

  @Test(
    "every id is found, with empty, tiny and huge shards in any order",
    arguments: [
      [1], [0, 1], [5, 0, 0, 3], [0, 0, 0, 7, 0], Array(repeating: 1, count: 100) + [500], [500] + Array(repeating: 1, count: 100),
      Array(repeating: 0, count: 50) + [3] + Array(repeating: 0, count: 50) + [4], (0..<60).map { $0 * $0 % 17 },
      Array(repeating: 64, count: 33), Array(repeating: 100, count: 9) + [1],
    ])
  func finds(sizes: [Int]) {
    let locator = SampleLocator(shardSizes: sizes)
    #expect(locator.sampleCount == sizes.reduce(0, +))
    for id in 0..<locator.sampleCount { #expect(locator.location(of: id) == Self.naive(id, sizes), "id \(id)") }
  }
}
