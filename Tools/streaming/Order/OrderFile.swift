import BinaryIO
import SampleOrder

/// Writes an epoch's ids in the layout of upstream's work array, a part of every worker's at a time.
struct OrderFile {
  let plan: EpochPlan
  let path: String

  func write() throws {
    let file = try FileDescriptor.open(path, .create)
    let world = plan.world
    let perWorker = plan.batchesPerWorker * plan.batchSize
    try file.resize(to: world.ranks * world.workersPerRank * perWorker * 8)
    // All workers advance together, so that blocks of the order that they share are made once.
    let step = max(1, (1 << 18) / (world.ranks * world.workersPerRank * plan.batchSize))
    for first in stride(from: 0, to: plan.batchesPerWorker, by: step) {
      let batches = first..<min(plan.batchesPerWorker, first + step)
      for rank in 0..<world.ranks {
        for worker in 0..<world.workersPerRank {
          let ids = plan.samples(rank: rank, worker: worker, batches: batches).map(\.littleEndian)
          let offset = (rank * world.workersPerRank + worker) * perWorker + first * plan.batchSize
          try file.write(ids.span.bytes, at: offset * 8)
        }
      }
    }
  }
}
