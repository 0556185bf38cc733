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
  let epochs: [EpochMeasure]
  /// Where each epoch's time went.
  let stalls: [StallReport]
  let contentHash: String
  let peakResidentByteCount: Int

  var json: JSONValue {
    .object([
      ("samples", .integer(epochs.reduce(0) { $0 + $1.sampleCount })),
      ("bytes", .integer(epochs.reduce(0) { $0 + $1.byteCount })),
      ("samples_per_s", .number(median(epochs.map(\.samplesPerSecond)))),
      ("bytes_per_s", .number(median(epochs.map(\.bytesPerSecond)))),
      ("first_batch_s", .number(epochs.first?.firstBatchSeconds ?? 0)),
      ("peak_rss_bytes", .integer(peakResidentByteCount)),
      ("gather_bytes_per_s", number(epochs.compactMap(\.gatherBytesPerSecond))),
      ("gather_ratio", number(epochs.compactMap(\.ratio))),
      ("content_hash", .string(contentHash)),
      ("epoch_seconds", .array(epochs.map { .number($0.seconds) })),
      ("gather_seconds", .array(epochs.compactMap(\.gatherSeconds).map { .number($0) })),
      ("stalls", .array(stalls.map(object))),
    ])
  }

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
    if limits.isEmpty {
      lines.append("limit        none for text shards: their values are parsed, not copied")
    } else {
      lines.append(
        "limit        \(range(limits, 1e6, "MB/s")): a bare loop that copies the same rows in the same order")
      lines.append("ratio        \(range(epochs.compactMap(\.ratio), 1, "of the limit"))")
    }
    lines.append("content      xxh64 \(contentHash)")
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
