import PythonJSON
import Streaming

/// What `streaming bench device` tells.
struct DeviceResult {
  let device: String
  let batchCount: Int
  let batchByteCount: Int
  let loadSeconds: Double
  /// Nil where nothing is copied.
  let copy: CopyMeasure?
  let computeSeconds: Double
  let stepSeconds: Double
  let times: TransferTimes

  /// What a step takes when all but the slowest stage is hidden.
  var idealSeconds: Double { max(computeSeconds, loadSeconds, copy?.seconds ?? 0) }
  var overlap: Double { idealSeconds / stepSeconds }

  var json: JSONValue {
    .object([
      ("device", .string(device)), ("batches", .integer(batchCount)), ("batch_bytes", .integer(batchByteCount)),
      ("load_s", .number(loadSeconds)), ("copy_s", copy.map { .number($0.seconds) } ?? .null),
      ("copy_bytes_per_s", copy.map { .number($0.bytesPerSecond) } ?? .null), ("compute_s", .number(computeSeconds)),
      ("step_s", .number(stepSeconds)), ("ideal_step_s", .number(idealSeconds)), ("overlap", .number(overlap)),
      ("waiting_for_source_s", .number(seconds(times.waitingForSource))),
      ("waiting_for_copy_s", .number(seconds(times.waitingForCopy))),
    ])
  }

  var lines: [String] {
    let milliseconds = { (seconds: Double) in "\(rounded(seconds * 1000)) ms" }
    let copied =
      copy.map { "\(milliseconds($0.seconds)), \(rounded($0.bytesPerSecond / 1e9)) GB/s" }
      ?? "none: batches stay where they were assembled"
    return [
      "device   \(device)",
      "batches  \(batchCount) of up to \(batchByteCount) bytes",
      "load     \(milliseconds(loadSeconds)) a batch, alone",
      "copy     \(copied)",
      "compute  \(milliseconds(computeSeconds)), simulated",
      "step     \(milliseconds(stepSeconds)); the slowest stage alone is \(milliseconds(idealSeconds))",
      "overlap  \(rounded(overlap)) of the ideal",
      "stalls   \(times)",
    ]
  }
}
