import SampleOrder
import Testing

@testable import DatasetLoading

@Suite struct BatchResolverTests {
  @Test("a batch names each shard once, in the order of first use")
  func resolves() {
    var resolver = BatchResolver(locator: SampleLocator(shardSizes: [10, 10, 10]))
    for _ in 0..<3 {
      var batch = PlannedBatch()
      batch.sampleIDs = [25, 3, 29, 0, 12]
      resolver.resolve(&batch)
      #expect(batch.shards == [2, 0, 1])
      #expect(batch.shardPlaces == [0, 1, 0, 1, 2])
      #expect(batch.rows == [5, 3, 9, 0, 2])
    }
  }
}
