/// Upstream's `random` batching: batches as the partition deals them.
struct RandomLayout: BatchLayout {
  let view: PartitionView
  /// The first position of each canonical node.
  private let starts: [Int]

  init(view: PartitionView) {
    self.view = view
    starts = (0..<view.canonicalNodes).map { $0 * view.sampleCount / view.canonicalNodes }
  }

  var globalBatchCount: Int { view.batchesPerWorker * view.workersPerRank }

  func deliveredBatchCount(device: Int) -> Int {
    let full = view.fullBatchCount
    guard full < globalBatchCount else { return full }
    let first = first(batch: full, device: device)
    return (first..<first + view.batchSize).contains { view[traversal: $0] >= 0 } ? full + 1 : full
  }

  func appendPositions(batch: Int, device: Int, to out: inout OutputSpan<Int64>, runs: inout SourceRuns) {
    let size = view.batchSize
    if view.dealtNodes == view.nodes {
      let (node, rank) = device.quotientAndRemainder(dividingBy: view.ranksPerNode)
      let samples = max(batch * size, min(view.samplesPerRank, (batch + 1) * size))
      view.appendPositions(node: node, rank: rank, batch * size..<samples, starts: starts, to: &out)
      for _ in samples..<(batch + 1) * size { out.append(Int64(-1)) }
    } else {
      let first = first(batch: batch, device: device)
      for index in first..<first + size { out.append(Int64(view[traversal: index])) }
    }
    runs.append(source: 0, count: size)
  }

  private func first(batch: Int, device: Int) -> Int {
    (batch * view.nodes * view.ranksPerNode + device) * view.batchSize
  }
}
