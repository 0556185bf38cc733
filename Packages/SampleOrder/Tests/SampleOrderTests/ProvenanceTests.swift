import Testing

@testable import SampleOrder

@Suite struct ProvenanceTests {
  @Test("from step to samples and back", arguments: 0..<20)
  func bothWays(seed: Int) throws {
    var settings = try RandomSettings(seed: seed)
    if settings.world.ranks % 2 == 0 { settings.options.replication = 2 }
    guard let plan = try? EpochPlan(shape: settings.shape, options: settings.options, world: settings.world) else { return }
    let step = plan.batchCount(rank: 0) / 2
    for (rank, samples) in plan.provenance(batch: step).enumerated() {
      let first = rank / (settings.options.replication ?? 1) * (settings.options.replication ?? 1)
      for (slot, sample) in samples.enumerated() {
        #expect(settings.shape.shardStarts[sample.place.shard] + sample.place.index == sample.id)
        #expect(settings.shape.shardOffsets[sample.place.stream] <= sample.place.shard)
        #expect(plan.uses(of: sample.id).contains(SampleUse(rank: first, batch: step, slot: slot)))
      }
    }
    #expect(plan.uses(of: settings.shape.sampleCount).isEmpty)
  }
}
