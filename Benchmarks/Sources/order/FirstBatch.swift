import SampleOrder

/// From nothing until the first batch of 256 is there, with the default block size: the slower of 2 runs, its memory.
func tellFirstBatches() throws {
  print("first batch: time and peak memory, from the start and in the middle of the epoch")
  for (algorithm, samples, shards) in [
    (ShuffleAlgorithm.py1e, 100_000_000, 25_000), (.py1e, 1_000_000_000, 250_000), (.feistel, 1_000_000_000, 250_000),
  ] {
    for nodes in [1, 64] {
      for start in [0, samples / 2] {
        let order = OrderCase(
          algorithm: algorithm, sampleCount: samples, shardCount: shards, canonicalNodes: nodes, sampleInEpoch: start,
          isWhole: false)
        let runs = try (0..<2).map { _ in try order.measured() }
        guard Set(runs.map(\.checksum)).count == 1 else { throw Failure("\(order.text): runs differ") }
        let row = [
          algorithm.rawValue, "\(samples) samples", "\(nodes) canonical nodes", "from \(start)",
          formatted(runs.map(\.seconds).max() ?? 0) + " s", megabytes(runs.map(\.peakByteCount).max() ?? 0),
        ]
        print(row.map { padded($0, 20) }.joined())
      }
    }
  }
}
