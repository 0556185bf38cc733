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

  func evenPositions(batches: Range<Int>, device: Int) -> PositionRun? {
    guard view.dealtNodes == view.nodes, batches.lowerBound >= 0 else { return nil }
    let size = view.batchSize
    let (node, rank) = device.quotientAndRemainder(dividingBy: view.ranksPerNode)
    return view.evenPositions(
      node: node, rank: rank, batches.lowerBound * size..<batches.upperBound * size, multiple: size, starts: starts)
  }

  private func first(batch: Int, device: Int) -> Int {
    (batch * view.nodes * view.ranksPerNode + device) * view.batchSize
  }
}
