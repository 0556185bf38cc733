/// Upstream's `per_stream` batching: each global batch from one stream, in a drawn order.
struct PerStreamLayout: BatchLayout {
  private let views: [PartitionView]
  private let origins: RowOrigins
  private let geometry: RowGeometry

  /// - Parameter views: each stream's partition over the true world and batch size.
  init(
    views: [PartitionView], world: World, batchSize: Int, dropFirst: Int, generator: Generator
  ) throws(ConfigurationError) {
    for (stream, view) in views.enumerated() where view.fullBatchCount == 0 {
      throw .noFullBatch(stream: stream, samples: view.sampleCount, needed: world.ranks * batchSize)
    }
    var generator = generator
    self.views = views
    origins = RowOrigins(counts: views.map(\.fullBatchCount), generator: &generator)
    geometry = RowGeometry(rowCount: origins.count, dropFirst: dropFirst, world: world, batchSize: batchSize)
  }

  var globalBatchCount: Int { geometry.paddedRows }

  func deliveredBatchCount(device: Int) -> Int { geometry.rows }

  func appendPositions(batch: Int, device: Int, to out: inout OutputSpan<Int64>, runs: inout SourceRuns) {
    guard batch < geometry.rows else { return out.appendPadding(count: geometry.batchSize, runs: &runs) }
    let row = batch + geometry.dropped
    let stream = Int(origins.streams[row])
    let first = Int(origins.numbers[row]) * geometry.rowSize + device * geometry.batchSize
    for index in first..<first + geometry.batchSize { out.append(Int64(views[stream][traversal: index])) }
    runs.append(source: stream, count: geometry.batchSize)
  }
}
