import Foundation
import Streaming

/// Times a loader's epochs, each followed by a bare loop over the same rows.
struct ReadBenchmark {
  let batchSize: Int
  let isShuffled: Bool
  let epochCount: Int

  func run(_ stream: DataStream) async throws -> ReadResult {
    let dataset = try await open(stream)
    guard dataset.count > 0 else {
      throw CommandError(.dataError, "\(name(stream)): expected samples, found none.")
    }
    var measures: [EpochMeasure] = []
    var reports: [StallReport] = []
    var loopHash = IncrementalHash(.xxh64)
    var hasLimit = true
    var loop: GatherLoop?
    for _ in 0..<epochCount {
      let loader = try dataset.loader()
      let ids = sampleIDs(loader)
      let timed = try await time(loader)
      reports.append(loader.stalls)
      // Opened after the first epoch, which has brought every shard of the cache.
      if loop == nil, hasLimit {
        loop = try await GatherLoop(stream, columns: dataset.columns, batchSize: batchSize)
      }
      hasLimit = loop != nil
      let seconds = try loop?.run(over: ids)
      loop?.hash(into: &loopHash)
      measures.append(
        EpochMeasure(
          sampleCount: timed.sampleCount, byteCount: timed.byteCount, seconds: timed.seconds,
          firstBatchSeconds: timed.firstBatchSeconds, gatherSeconds: seconds))
    }
    let hash = try await contentHash(stream)
    let loopDigest = loopHash.finalize().hex
    guard loop == nil || loopDigest == hash else {
      throw CommandError(
        .software,
        "\(name(stream)): expected the loader to deliver what lies in the shards (xxh64 \(loopDigest)), "
          + "it delivered \(hash).\nRun `streaming verify \(name(stream))`; if that finds nothing, report it."
      )
    }
    return ReadResult(
      epochs: measures, stalls: reports, contentHash: hash, peakResidentByteCount: peakResidentByteCount())
  }

  private func open(_ stream: DataStream) async throws -> StreamingDataset {
    try await StreamingDataset([stream], batchSize: batchSize) { if isShuffled { $0.shuffle = .py1e } }
  }

  private func name(_ stream: DataStream) -> String { stream.remote ?? stream.local ?? "" }

  /// The epoch's samples in order.
  private func sampleIDs(_ loader: Loader) -> [Int64] {
    loader.plan.samples(rank: 0, batches: 0..<loader.plan.batchCount(rank: 0)).filter { $0 >= 0 }
  }

  private func time(
    _ loader: Loader
  ) async throws -> (sampleCount: Int, byteCount: Int, seconds: Double, firstBatchSeconds: Double) {
    let start = ContinuousClock.now
    var first: Duration?
    var sampleCount = 0
    var byteCount = 0
    for try await batch in loader {
      if first == nil { first = start.duration(to: .now) }
      sampleCount += batch.rowCount
      for column in batch.columns { byteCount += column.byteCount }
    }
    return (sampleCount, byteCount, seconds(start.duration(to: .now)), seconds(first ?? .zero))
  }

  /// The xxh64 of every column's bytes, batch after batch, over all epochs.
  private func contentHash(_ stream: DataStream) async throws -> String {
    let dataset = try await open(stream)
    var hash = IncrementalHash(.xxh64)
    for _ in 0..<epochCount {
      for try await batch in try dataset.loader() {
        for column in batch.columns { hash.update(column.bytes) }
      }
    }
    return hash.finalize().hex
  }
}

/// A duration in seconds.
func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

/// The most memory that this process has had resident.
func peakResidentByteCount() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss << 10
}
