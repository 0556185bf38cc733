/// Upstream's `stratified` batching: each global batch with a fixed number of samples from each stream, one after
/// another. Devices take consecutive parts of it.
struct StratifiedLayout: BatchLayout {
  private let views: [PartitionView]
  private let portions: [Int]
  /// Where each stream's portion starts within a row, and the row's end.
  private let starts: [Int]
  private let geometry: RowGeometry

  /// - Parameter views: each stream's partition over one node with batches of one.
  init(
    views: [PartitionView], proportions: [Double], world: World, batchSize: Int, dropFirst: Int
  ) throws(ConfigurationError) {
    self.views = views
    portions = try Self.portions(of: world.ranks * batchSize, proportions: proportions)
    var starts = [0]
    var rows = Int.max
    for (view, portion) in zip(views, portions) {
      starts.append(starts[starts.count - 1] + portion)
      rows = min(rows, view.samplesPerRank * view.ranksPerNode / portion)
    }
    self.starts = starts
    geometry = RowGeometry(rowCount: rows, dropFirst: dropFirst, world: world, batchSize: batchSize)
  }

  /// Each stream's samples in a global batch: its share cut to an integer, and one more for those that lost most.
  ///
  /// Upstream sorts with numpy's unstable sort, whose order of equal remainders depends on the CPU; here it is the
  /// stable one, which prefers the later stream.
  static func portions(of rowSize: Int, proportions: [Double]) throws(ConfigurationError) -> [Int] {
    var portions = proportions.map { Int($0 * Double(rowSize)) }
    let missing = rowSize - portions.reduce(0, +)
    if missing != 0 {
      let left = zip(proportions, portions).map { Double(rowSize) * $0 - Double($1) }
      let descending = left.indices.sorted { (left[$0], $0) > (left[$1], $1) }
      // A negative number of missing samples would mean all but the last ones, as Python slices do.
      for stream in missing > 0 ? descending.prefix(missing) : descending.dropLast(-missing) { portions[stream] += 1 }
    }
    for (stream, portion) in portions.enumerated() where portion <= 0 {
      throw ConfigurationError(
        .tooFewSamples, parameter: "proportion of stream \(stream)",
        expected: "at least one sample of each global batch of \(rowSize)", found: "\(portion)",
        remedy: "Increase the batch size or the stream's proportion")
    }
    guard portions.reduce(0, +) == rowSize else {
      throw .outOfRange("proportion", expected: "shares that sum to 1", found: proportions.reduce(0, +))
    }
    return portions
  }

  var globalBatchCount: Int { geometry.paddedRows }

  func deliveredBatchCount(device: Int) -> Int { geometry.rows }

  func appendPositions(batch: Int, device: Int, to out: inout OutputSpan<Int64>, runs: inout SourceRuns) {
    guard batch < geometry.rows else { return out.appendPadding(count: geometry.batchSize, runs: &runs) }
    let row = batch + geometry.dropped
    let end = (device + 1) * geometry.batchSize
    var element = device * geometry.batchSize
    var stream = firstIndex(in: 0..<portions.count) { starts[$0 + 1] > element }
    while element < end {
      let part = element..<min(end, starts[stream + 1])
      let first = row * portions[stream] - starts[stream]
      for index in part { out.append(Int64(views[stream][traversal: first + index])) }
      runs.append(source: stream, count: part.count)
      element = part.upperBound
      stream += 1
    }
  }
}
