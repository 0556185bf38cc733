/// The shuffle units and sample ids of an epoch before it is shuffled; upstream's `resample_streams`.
///
/// Made whole; a plan works them out unit by unit.
/// - Parameter stream: one stream alone, as the batching methods other than `random` sample; nil for all.
/// - Returns: the sizes of the shuffle units, and the sample id of each number of the epoch.
/// - Throws: ``ConfigurationError`` `.outOfRange` when there is no such stream, or as ``sampledShardSizes(shardSizes:choose:granularity:seed:epoch:usingEpoch:)``.
public func resampledEpoch(
  shape: DatasetShape, options: OrderOptions, weights: EpochWeights, epoch: Int, stream: Int? = nil
) throws(ConfigurationError) -> (units: [Int], ids: [Int64]) {
  let streams = stream.map { $0..<$0 + 1 } ?? shape.streams.indices
  guard shape.streams.indices.contains(streams.lowerBound) else {
    throw .outOfRange("stream", expected: "between 0 and \(shape.streams.count - 1)", found: streams.lowerBound)
  }
  guard weights.choose.count == shape.streams.count else {
    throw .outOfRange("weights", expected: "\(shape.streams.count) streams", found: weights.choose.count)
  }
  let units = try UnitTable(shape: shape, streams: streams, weights: weights, options: options, epoch: epoch)
  var ids: [Int64] = []
  if units.total > 0 { units.appendIds(0..<units.total, to: &ids) }
  return (units.sizes, ids)
}
