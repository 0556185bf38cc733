/// Upstream's `device_per_stream` batching: each device's batch from one stream, in an order drawn for each node.
///
/// Nodes put their batches into the global batch in turn, while ranks take them in order, so that with several ranks
/// per node a device's batch may come from another node's canonical nodes; this is upstream's arrangement.
struct DevicePerStreamLayout: BatchLayout {
  private let views: [PartitionView]
  private let nodeOrigins: [RowOrigins]
  private let canonicalPerNode: Int
  private let nodes: Int
  private let geometry: RowGeometry

  /// - Parameter views: each stream's partition over the canonical nodes with batches of one.
  init(
    views: [PartitionView], canonicalNodes: Int, world: World, batchSize: Int, dropFirst: Int, generator: Generator
  ) throws(ConfigurationError) {
    self.views = views
    nodes = world.nodes
    canonicalPerNode = canonicalNodes / world.nodes
    var counts: [Int] = []
    for (stream, view) in views.enumerated() {
      // A node's samples of the stream before its padding; canonical nodes are equally long.
      let samples = try product(view.samplesPerRank, canonicalPerNode, view.ranksPerNode, naming: "batch_size")
      guard samples >= batchSize else { throw .noFullBatch(stream: stream, samples: samples, needed: batchSize) }
      counts.append(samples / batchSize)
    }
    var generator = generator
    var origins: [RowOrigins] = []
    for _ in 0..<world.nodes { origins.append(RowOrigins(counts: counts, generator: &generator)) }
    nodeOrigins = origins
    // Rounds of the nodes, filled up to a multiple of the devices; a whole one more when it is one already.
    let longest = counts.reduce(0, +)
    let rounds = longest + world.ranks - longest % world.ranks
    geometry = RowGeometry(
      rowCount: rounds * world.nodes / world.ranks, dropFirst: dropFirst, world: world, batchSize: batchSize)
  }

  var globalBatchCount: Int { geometry.paddedRows }

  func deliveredBatchCount(device: Int) -> Int {
    firstIndex(in: 0..<geometry.rows) { source(batch: $0, device: device) == nil }
  }

  func appendPositions(batch: Int, device: Int, to out: inout OutputSpan<Int64>, runs: inout SourceRuns) {
    guard batch < geometry.rows, let (node, round) = source(batch: batch, device: device) else {
      return out.appendPadding(count: geometry.batchSize, runs: &runs)
    }
    let stream = Int(nodeOrigins[node].streams[round])
    let view = views[stream]
    let first = Int(nodeOrigins[node].numbers[round]) * geometry.batchSize
    for index in first..<first + geometry.batchSize {
      // The node's canonical nodes in turn, each with all its ranks.
      let (upper, rank) = index.quotientAndRemainder(dividingBy: view.ranksPerNode)
      let (nth, canonical) = upper.quotientAndRemainder(dividingBy: canonicalPerNode)
      out.append(Int64(view.position(node: node * canonicalPerNode + canonical, rank: rank, nth: nth)))
    }
    runs.append(source: stream, count: geometry.batchSize)
  }

  /// The node and its round whose batch a device gets, nil for padding.
  private func source(batch: Int, device: Int) -> (node: Int, round: Int)? {
    let place = (batch + geometry.dropped) * geometry.devices + device
    let (round, node) = place.quotientAndRemainder(dividingBy: nodes)
    return round < nodeOrigins[node].count ? (node, round) : nil
  }
}
