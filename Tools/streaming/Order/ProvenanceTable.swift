import SampleOrder

/// Prints where the samples of a step lie, or in which steps a sample is used.
struct ProvenanceTable {
  let plan: EpochPlan

  /// A line per sample of a step, by rank, in the order of delivery.
  /// - Throws: ``CommandError`` for a step that the epoch does not have.
  func printSamples(ofStep step: Int) throws {
    let count = (0..<plan.world.ranks).map { plan.batchCount(rank: $0) }.max() ?? 0
    guard (0..<count).contains(step) else {
      throw CommandError(
        .usage, "--step: expected one from 0 up to \(count), without it, found \(step).\nCount batches of a rank from where the plan begins.")
    }
    print("rank sample stream shard row")
    for (rank, samples) in plan.provenance(batch: step).enumerated() {
      for (id, place) in samples {
        let shard = place.shard - plan.shape.shardOffsets[place.stream]
        print("\(rank) \(id) \(place.stream) \(shard) \(place.index)")
      }
    }
  }

  /// A line per use of a sample; of ranks that receive the same samples, the first.
  /// - Throws: ``CommandError`` for a sample that the data set does not have.
  func printSteps(ofSample sample: Int) throws {
    guard (0..<plan.shape.sampleCount).contains(sample) else {
      throw CommandError(
        .usage,
        "--sample: expected one from 0 up to \(plan.shape.sampleCount), without it, found \(sample).\nNumber samples over all streams.")
    }
    print("rank step place")
    for use in plan.uses(of: sample) { print("\(use.rank) \(use.batch) \(use.slot)") }
  }
}
