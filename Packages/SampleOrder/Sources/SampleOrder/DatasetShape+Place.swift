/// Where a sample lies.
public struct SamplePlace: Sendable, Hashable {
  public let stream: Int
  /// The shard's number among all shards of all streams.
  public let shard: Int
  /// The sample's number within the shard.
  public let index: Int
}

extension DatasetShape {
  /// Finds the shard of a sample id; nil when there is no such sample.
  /// - Complexity: O(1) for shards of like sizes, and O(log streams).
  public func place(of sample: Int) -> SamplePlace? {
    guard (0..<sampleCount).contains(sample) else { return nil }
    let location = locator.location(of: sample)
    let stream = firstIndex(in: 0..<streams.count) { streamOffsets[$0 + 1] > sample }
    return SamplePlace(stream: stream, shard: location.shard, index: location.row)
  }
}
