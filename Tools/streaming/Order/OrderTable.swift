import SampleOrder

/// Prints an epoch's ids, a line per batch in the order of delivery.
struct OrderTable {
  let plan: EpochPlan

  func printRows() {
    let world = plan.world
    print(
      """
      epoch \(plan.position.epoch) from sample \(plan.position.sampleInEpoch): \(plan.weights.epochSize) samples, \
      \(plan.options.canonicalNodes ?? 0) canonical nodes, block size \(plan.options.blockSize ?? 0)
      node rank worker batch  samples
      """)
    for batch in 0..<plan.batchesPerWorker {
      for worker in 0..<world.workersPerRank {
        for rank in 0..<world.ranks {
          let ids = plan.samples(rank: rank, worker: worker, batches: batch..<batch + 1)
          let columns = [(rank / world.ranksPerNode, 4), (rank % world.ranksPerNode, 4), (worker, 6), (batch, 5)]
          let place = columns.map { padded($0, to: $1) }.joined(separator: " ")
          print(place + "  " + ids.map { $0 < 0 ? "-" : String($0) }.joined(separator: " "))
        }
      }
    }
  }

  private func padded(_ number: Int, to width: Int) -> String {
    let text = String(number)
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
