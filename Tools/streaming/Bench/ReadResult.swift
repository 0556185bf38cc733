import PythonJSON
import Streaming

/// What one epoch took, and the bare loop over the same rows.
struct EpochMeasure {
  let sampleCount: Int
  let byteCount: Int
  let seconds: Double
  let firstBatchSeconds: Double
  /// Nil where there is no limit to measure.
  let gatherSeconds: Double?

  var samplesPerSecond: Double { Double(sampleCount) / seconds }
  var bytesPerSecond: Double { Double(byteCount) / seconds }
  var gatherBytesPerSecond: Double? { gatherSeconds.map { Double(byteCount) / $0 } }
  var ratio: Double? { gatherSeconds.map { $0 / seconds } }
}

/// What `streaming bench read` tells.
struct ReadResult {
  var epochs: [EpochMeasure]
  /// Where each epoch's time went.
  var stalls: [StallReport]
  /// Nil where it was not asked for.
  let contentHash: String?
  var peakResidentByteCount: Int
  /// From each epoch's last batch to the next one's first, in seconds; where epochs follow right after another.
  var epochGaps: [Double] = []
  /// Of each epoch, the median time from a batch to the next.
  var medianGaps: [Double] = []
  /// Memory that is not a file's, after each epoch.
  var anonymousByteCounts: [Int] = []

  var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("samples", .integer(epochs.reduce(0) { $0 + $1.sampleCount })),
      ("bytes", .integer(epochs.reduce(0) { $0 + $1.byteCount })),
      ("samples_per_s", .number(median(epochs.map(\.samplesPerSecond)))),
      ("bytes_per_s", .number(median(epochs.map(\.bytesPerSecond)))),
      ("first_batch_s", .number(epochs.first?.firstBatchSeconds ?? 0)),
      ("peak_rss_bytes", .integer(peakResidentByteCount)),
      ("gather_bytes_per_s", number(epochs.compactMap(\.gatherBytesPerSecond))),
      ("gather_ratio", number(epochs.compactMap(\.ratio))),
    ]
    members.append(("content_hash", contentHash.map { JSONValue.string($0) } ?? .null))
    members.append(("epoch_seconds", numbers(epochs.map(\.seconds))))
    members.append(("gather_seconds", numbers(epochs.compactMap(\.gatherSeconds))))
    members.append(("stalls", .array(stalls.map(object))))
    members.append(("epoch_gaps_s", numbers(epochGaps)))
    members.append(("median_gaps_s", numbers(medianGaps)))
    members.append(("anonymous_bytes", .array(anonymousByteCounts.map { JSONValue.integer($0) })))
    return .object(members)
  }

  private func numbers(_ values: [Double]) -> JSONValue { .array(values.map { JSONValue.number($0) }) }

  var lines: [String] {
    let sampleCount = epochs.reduce(0) { $0 + $1.sampleCount }
    let byteCount = epochs.reduce(0) { $0 + $1.byteCount }
    var lines = [
      "read         \(sampleCount) samples, \(byteCount) bytes in \(epochs.count) epochs",
      "speed        \(range(epochs.map(\.samplesPerSecond), 1, "samples/s"))",
      "             \(range(epochs.map(\.bytesPerSecond), 1e6, "MB/s"))",
      "first batch  \(rounded((epochs.first?.firstBatchSeconds ?? 0) * 1000)) ms",
      "peak memory  \(rounded(Double(peakResidentByteCount) / 1e6)) MB resident",
    ]
    let limits = epochs.compactMap(\.gatherBytesPerSecond)
    if !medianGaps.isEmpty {
      lines.append("gaps         \(range(medianGaps, 1e-3, "ms from batch to batch"))")
      if !epochGaps.isEmpty { lines.append("             \(range(epochGaps, 1e-3, "ms from epoch to epoch"))") }
      lines.append("memory       \(range(anonymousByteCounts.map(Double.init), 1e6, "MB that are no file's"))")
    } else if limits.isEmpty {
      lines.append("limit        none for text shards: their values are parsed, not copied")
    } else {
      lines.append(
        "limit        \(range(limits, 1e6, "MB/s")): a bare loop that copies the same rows in the same order, \(stalls[0].threadCount) threads")
      lines.append("ratio        \(range(epochs.compactMap(\.ratio), 1, "of the limit"))")
    }
    if let contentHash { lines.append("content      xxh64 \(contentHash)") }
    for report in stalls {
      let shares = LoadingStage.allCases.filter { report[$0] > .zero }.map {
        "\($0) \(rounded(report.share(of: $0) * 100)) %"
      }
      lines.append("epoch \(report.epoch)      \(rounded(seconds(report.duration) * 1000)) ms: " + shares.joined(separator: ", "))
    }
    if let last = stalls.max(by: { $0.duration < $1.duration }) { lines.append("advice       \(last.advice)") }
    return lines
  }

  private func object(_ report: StallReport) -> JSONValue {
    .object(
      LoadingStage.allCases.map { ("\($0)_s", .number(seconds(report[$0]))) } + [
        ("limited_by", .string("\(report.limitingStage)")), ("advice", .string(report.advice)),
        ("fetched_shards", .integer(report.fetchedShardCount)), ("fetched_bytes", .integer(report.fetchedByteCount)),
      ])
  }

  private func number(_ values: [Double]) -> JSONValue { values.isEmpty ? .null : .number(median(values)) }

  private func range(_ values: [Double], _ unit: Double, _ name: String) -> String {
    let scaled = values.map { $0 / unit }
    let middle = "\(rounded(median(scaled))) \(name)"
    guard values.count > 1 else { return middle }
    return "\(middle) (\(rounded(scaled.min() ?? 0)) to \(rounded(scaled.max() ?? 0)))"
  }
}

/// Three significant digits, or whole numbers.
func rounded(_ value: Double) -> String {
  if value >= 100 { return "\(Int(value.rounded()))" }
  return value >= 10 ? "\((value * 10).rounded() / 10)" : "\((value * 1000).rounded() / 1000)"
}

/// The middle value, the lower one of two; 0 of none.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted.isEmpty ? 0 : sorted[(sorted.count - 1) / 2]
}
