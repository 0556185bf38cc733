// Shuffled warm epochs beside the copy limit of this machine, measured in the same run by `streaming bench read`.
//
//   swift build --package-path .. -c release --product streaming && swift run -c release read

import Foundation
import PythonJSON
import Streaming

struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
}

let batchSize = 256
/// The first epoch pays for page faults; the median of five is a warm one.
let epochCount = 5

/// Runs `streaming bench read` and returns its object.
func bench(_ folder: String, _ options: [String]) throws -> JSONValue {
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(fileURLWithPath: "../.build/release/streaming")
  process.arguments = ["bench", "read", folder, "--batch-size", "\(batchSize)", "--json"] + options
  process.standardOutput = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw BenchmarkError(description: "streaming bench read failed")
  }
  return try JSONValue(parsing: text)
}

func expect(_ holds: Bool, _ what: String) throws {
  guard holds else { throw BenchmarkError(description: what) }
}

/// `12.3 (11.9 to 12.5)`: median, least, most.
func range(_ values: [Double]) -> String {
  let sorted = values.sorted()
  let digits = { (value: Double) in String(format: "%.2f", value) }
  return "\(digits(sorted[sorted.count / 2])) (\(digits(sorted[0])) to \(digits(sorted[sorted.count - 1])))"
}

func measure(_ workload: Workload) async throws {
  let folder = FileSystem.temporaryDirectory + "/streaming-read-\(ProcessInfo.processInfo.processIdentifier)"
  defer { try? FileSystem.removeTree(folder) }
  let contentHash = try await workload.write(to: folder, batchSize: batchSize)
  let inOrder = try bench(folder, [])
  try expect(
    inOrder["content_hash"]?.string == contentHash, "the samples in order are not those that were written")
  let result = try bench(folder, ["--shuffle", "--epochs", "\(epochCount)"])
  try expect(
    result["samples"]?.int == workload.sampleCount * epochCount, "not every sample came once in each epoch")
  let bytes = Double(result["bytes"]?.int ?? 0) / Double(epochCount)
  let epochs = result["epoch_seconds"]?.array?.compactMap(\.double) ?? []
  let limits = result["gather_seconds"]?.array?.compactMap(\.double) ?? []
  try expect(epochs.count == epochCount && limits.count == epochCount, "not every epoch was measured")
  print(workload.name + ", shuffled, batches of \(batchSize), \(epochCount) epochs: median (least to most)")
  print("  million samples/s  \(range(epochs.map { Double(workload.sampleCount) / $0 / 1e6 }))")
  print("  GB/s               \(range(epochs.map { bytes / $0 / 1e9 }))")
  print("  limit, GB/s        \(range(limits.map { bytes / $0 / 1e9 }))")
  print("  of the limit       \(range(zip(limits, epochs).map { $0 / $1 }))")
}

do {
  for workload in [Workload.large, .small] { try await measure(workload) }
} catch {
  FileHandle.standardError.write(Data("read: \(error)\n".utf8))
  exit(1)
}
