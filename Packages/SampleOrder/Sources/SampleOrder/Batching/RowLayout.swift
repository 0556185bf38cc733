import NumPyRandom

/// What the methods that compose whole rows (global batches) have in common: resuming drops whole rows, and rows of
/// padding fill up the workers.
struct RowGeometry: Sendable {
  let devices: Int
  let batchSize: Int
  /// Rows given out before, and rows left with samples.
  let dropped: Int
  let rows: Int
  let workers: Int

  var rowSize: Int { devices * batchSize }
  var paddedRows: Int { (rows + workers - 1) / workers * workers }

  /// - Parameter dropFirst: samples of the epoch already seen; what does not fill a row is given out again.
  init(rowCount: Int, dropFirst: Int, world: World, batchSize: Int) {
    devices = world.ranks
    self.batchSize = batchSize
    workers = world.workersPerRank
    dropped = min(rowCount, dropFirst / (world.ranks * batchSize))
    rows = rowCount - dropped
  }
}

/// For each row the stream it comes from and the row's number within the stream, in an order drawn by shuffling.
struct RowOrigins: Sendable {
  private(set) var streams: [Int32] = []
  private(set) var numbers: [Int32] = []

  /// - Parameter counts: rows of each stream.
  init(counts: [Int], generator: inout Generator) {
    streams.reserveCapacity(counts.reduce(0, +))
    for (stream, count) in counts.enumerated() {
      streams.append(contentsOf: repeatElement(Int32(truncatingIfNeeded: stream), count: count))
    }
    generator.shuffle(&streams)
    var next = [Int32](repeating: 0, count: counts.count)
    numbers.reserveCapacity(streams.count)
    for stream in streams {
      numbers.append(next[Int(stream)])
      next[Int(stream)] += 1
    }
  }

  var count: Int { streams.count }
}

extension ConfigurationError {
  static func noFullBatch(stream: Int, samples: Int, needed: Int) -> ConfigurationError {
    ConfigurationError(
      .tooFewSamples, parameter: "stream \(stream)", expected: "samples for a batch of \(needed)", found: "\(samples)",
      remedy: "Reduce the batch size, or give the stream a larger weight")
  }
}
