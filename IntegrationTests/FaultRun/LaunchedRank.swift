import Foundation
import Streaming

/// A rank that a launcher started: finds out which one it is, reads two epochs, writes what it was given.
enum LaunchedRank {
  /// - Parameter arguments: the data set's address, the cache, and the folder for `<rank>-<epoch>.i64`.
  static func run(_ arguments: [String]) async throws {
    try expect(arguments.count == 3, "expected remote, local and output, got \(arguments)")
    let world = try World(environment: ProcessInfo.processInfo.environment)
    let stream = DataStream(remote: arguments[0], local: arguments[1])
    let dataset = try await StreamingDataset([stream], batchSize: 8, world: world) {
      $0.shuffle = .py1e
      $0.seed = 17
      $0.canonicalNodes = 2
      $0.blockSize = 300
    }
    for epoch in 0..<2 {
      var ids: [Int64] = []
      for try await batch in try dataset.loader() {
        try SampleContent.check(batch, version: 0)
        let rows = batch.sampleIDs
        for row in rows.indices { ids.append(rows[row]) }
        // A short last batch is filled up as the order is.
        ids += Array(repeating: -1, count: 8 - batch.rowCount)
      }
      let bytes = ids.flatMap { id in (0..<8).map { UInt8(truncatingIfNeeded: id >> (8 * $0)) } }
      try Data(bytes).write(to: URL(fileURLWithPath: "\(arguments[2])/\(world.rank)-\(epoch).i64"))
    }
    printLine("rank \(world.rank) of \(world.ranks), \(world.nodes) nodes")
  }
}
