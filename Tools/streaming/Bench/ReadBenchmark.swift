import Foundation
import Streaming

/// Times a loader's epochs, each followed by a bare loop over the same rows.
struct ReadBenchmark {
  let batchSize: Int
  let isShuffled: Bool
  let epochCount: Int
  /// Loader threads, and threads of the bare loop; nil for the loader's own choice.
  let threadCount: Int?
  /// Leave out the bare loop and the hash: what is measured is then the loader's process alone.
  var isLoaderOnly = false
  /// Leave each epoch after so many batches.
  var batchLimit: Int?
  /// Samples of the first epoch that count as delivered.
  var firstSample = 0

  func run(_ stream: DataStream) async throws -> ReadResult {
    let dataset = try await open(stream)
    guard dataset.count > 0 else {
      throw CommandError(.dataError, "\(name(stream)): expected samples, found none.")
    }
    if isLoaderOnly { return try await runLoaderOnly(dataset) }
    var measures: [EpochMeasure] = []
    var reports: [StallReport] = []
    var loopHash = IncrementalHash(.xxh64)
    var hasLimit = true
    var loop: GatherLoop?
    for _ in 0..<epochCount {
      let loader = try dataset.loader { $0.threads = threadCount }
      let ids = sampleIDs(loader)
      let timed = try await time(loader)
      reports.append(loader.stalls)
      // Opened after the first epoch, which has brought every shard of the cache.
      if loop == nil, hasLimit {
        loop = try await GatherLoop(stream, columns: dataset.columns, batchSize: batchSize, threads: loader.stalls.threadCount)
      }
      hasLimit = loop != nil
      let seconds = try loop?.run(over: ids)
      loop?.hash(into: &loopHash)
      measures.append(
        timed.measure(gatherSeconds: seconds))
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

  /// Epochs one right after another, as a training run has them: what is to be noted of one waits until the first batch of
  /// the next is there, and counts for neither.
  private func runLoaderOnly(_ dataset: StreamingDataset) async throws -> ReadResult {
    var result = ReadResult(epochs: [], stalls: [], contentHash: nil, peakResidentByteCount: 0)
    var ended: (loader: Loader, timed: TimedEpoch)?
    func note() {
      guard let (loader, timed) = ended.take() else { return }
      result.medianGaps.append(timed.medianGap)
      // Each holds the timelines of thousands of batches: what many epochs keep would look like growth.
      if result.stalls.count < 16 { result.stalls.append(loader.stalls) }
      result.epochs.append(timed.measure(gatherSeconds: nil))
      result.anonymousByteCounts.append(anonymousResidentByteCount())
    }
    for epoch in 0..<epochCount {
      var state: CheckpointState?
      if epoch == 0, firstSample > 0 {
        state = try dataset.loader().initialState
        state?.sampleInEpoch = firstSample
      }
      let loader = try dataset.loader(resuming: state) { $0.threads = threadCount }
      let before = ended?.timed.lastDelivered
      let timed = try await time(loader, afterFirst: note)
      if let before { result.epochGaps.append(seconds(before.duration(to: timed.firstDelivered))) }
      ended = (loader, timed)
    }
    note()
    result.peakResidentByteCount = peakResidentByteCount()
    return result
  }

  private func open(_ stream: DataStream) async throws -> StreamingDataset {
    try await StreamingDataset([stream], batchSize: batchSize) { if isShuffled { $0.shuffle = .py1e } }
  }

  private func name(_ stream: DataStream) -> String { stream.remote ?? stream.local ?? "" }

  /// The epoch's samples in order.
  private func sampleIDs(_ loader: Loader) -> [Int64] {
    loader.plan.samples(rank: 0, batches: 0..<loader.plan.batchCount(rank: 0)).filter { $0 >= 0 }
  }

  /// - Parameter afterFirst: what is done once the first batch is there; its time does not count.
  private func time(_ loader: Loader, afterFirst: () -> Void = {}) async throws -> TimedEpoch {
    var timed = TimedEpoch()
    for try await batch in loader {
      let now = ContinuousClock.now
      if timed.batchCount == 0 {
        timed.firstDelivered = now
        afterFirst()
        timed.left = now.duration(to: .now)
      } else {
        timed.gaps.append(Float(seconds(timed.lastDelivered.duration(to: now))))
      }
      timed.lastDelivered = now + (timed.batchCount == 0 ? timed.left : .zero)
      timed.batchCount += 1
      timed.sampleCount += batch.rowCount
      // By number: an array of all columns would be an allocation.
      for column in batch.schema.columns.indices { timed.byteCount += try batch.column(at: column).byteCount }
      if timed.batchCount == batchLimit { break }
    }
    timed.end = .now
    return timed
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

/// The moments of one epoch.
private struct TimedEpoch {
  let start = ContinuousClock.now
  var end = ContinuousClock.now
  var firstDelivered = ContinuousClock.now
  var lastDelivered = ContinuousClock.now
  /// Time that is left out.
  var left = Duration.zero
  /// Seconds from each batch to the next.
  var gaps: [Float] = []
  var batchCount = 0
  var sampleCount = 0
  var byteCount = 0

  var medianGap: Double { median(gaps.map(Double.init)) }

  func measure(gatherSeconds: Double?) -> EpochMeasure {
    EpochMeasure(
      sampleCount: sampleCount, byteCount: byteCount, seconds: seconds(start.duration(to: end) - left),
      firstBatchSeconds: seconds(start.duration(to: firstDelivered)), gatherSeconds: gatherSeconds)
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

/// The memory of this process that is not a file's, in bytes; 0 where the system does not tell.
func anonymousResidentByteCount() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon") }
  return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 } ?? 0
}
