import ColumnarBatch
import Foundation
import Testing
import Threading

/// Figures for the README; run in release by name.
@Suite("Speed", .serialized)
struct SpeedTests {
  @Test(
    "what a batch costs beside its bytes",
    .enabled(
      if: ProcessInfo.processInfo.environment["STREAMING_MEASURE"] != nil, "needs STREAMING_MEASURE=1"),
    arguments: [1, 256, 4096])
  func overhead(rows: Int) throws {
    let ring = BufferRing(bufferCount: 2)
    let schema = try schema()
    let count = Int(ProcessInfo.processInfo.environment["STREAMING_MEASURE"] ?? "") ?? 1
    let batches = max(count, 20_000_000 / (rows + 100))
    var total = 0
    for round in 0..<5 {
      let start = ContinuousClock.now
      for number in 0..<batches {
        guard var assembly = ring.tryAcquire() else { throw RingClosed() }
        try assembly.begin(schema, rowCount: rows)
        let images = assembly.lengths(of: 1)
        let tokens = assembly.lengths(of: 3)
        for row in 0..<rows {
          images[row] = Int64(row & 63)
          tokens[row] = Int64(row & 31)
        }
        try assembly.placeRaggedValues()
        assembly.values(of: 2).storeBytes(of: Int64(number), as: Int64.self)
        let batch = assembly.finish(BatchPosition(epoch: 0, batch: number, deliveredSampleCount: 0))
        total &+= batch.rowCount
      }
      let nanoseconds = start.duration(to: .now) / .nanoseconds(1) / Double(batches)
      print(
        "round \(round), \(rows) rows: \(Int(nanoseconds)) ns a batch, \(nanoseconds / Double(rows)) ns a row"
      )
    }
    #expect(total == 5 * batches * rows)
  }
}
