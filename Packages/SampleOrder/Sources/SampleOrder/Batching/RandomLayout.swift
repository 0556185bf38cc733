/// Upstream's `random` batching: batches as the partition deals them.
struct RandomLayout: BatchLayout {
  let view: PartitionView

  var globalBatchCount: Int { view.batchesPerWorker * view.workersPerRank }

  func deliveredBatchCount(device: Int) -> Int {
    let full = view.fullBatchCount
    guard full < globalBatchCount else { return full }
    let first = first(batch: full, device: device)
    return (first..<first + view.batchSize).contains { view[traversal: $0] >= 0 } ? full + 1 : full
  }

  func forEachSlot(batch: Int, device: Int, _ body: (Int, Int) -> Void) {
    if view.dealtNodes == view.nodes {
      let (node, rank) = device.quotientAndRemainder(dividingBy: view.ranksPerNode)
      for nth in batch * view.batchSize..<(batch + 1) * view.batchSize {
        body(0, nth < view.samplesPerRank ? view.position(node: node, rank: rank, nth: nth) : -1)
      }
    } else {
      let first = first(batch: batch, device: device)
      for index in first..<first + view.batchSize { body(0, view[traversal: index]) }
    }
  }

  private func first(batch: Int, device: Int) -> Int {
    (batch * view.nodes * view.ranksPerNode + device) * view.batchSize
  }
}
