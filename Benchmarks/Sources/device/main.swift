// What a host device costs over the bare loader: rounds of epochs of both in turn, each checked by its samples' numbers.
//
//   swift run -c release device [FOLDER [ROUNDS]]
//
// Without a folder, 20,000 samples of 16 KB are written to a temporary one.

import Foundation
import Streaming

struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
}

let batchSize = 256
let epochsPerRound = 10

func write(to folder: String) async throws {
  var writer = try MDSWriter(to: folder, columns: ["data": .bytes])
  var word: UInt64 = 7
  for _ in 0..<20_000 {
    let bytes = (0..<16_384).map { _ in
      word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: word >> 33)
    }
    try await writer.write(["data": .bytes(bytes)])
  }
  _ = try await writer.finish()
}

/// Seconds of an epoch; the sum of all sample numbers must be that of each number once.
func time(_ count: Int, _ next: () throws -> (rows: Int, sum: Int64)?) throws -> Double {
  let start = ContinuousClock.now
  var rows = 0
  var sum: Int64 = 0
  while let batch = try next() {
    rows += batch.rows
    sum += batch.sum
  }
  let seconds = start.duration(to: .now) / .seconds(1)
  guard rows == count, sum == Int64(count) * Int64(count - 1) / 2 else {
    throw BenchmarkError(description: "not every sample came once")
  }
  return seconds
}

func sum(_ ids: Span<Int64>) -> Int64 {
  var sum: Int64 = 0
  for index in ids.indices { sum += ids[index] }
  return sum
}

/// One epoch of the bare loader.
func bare(_ dataset: StreamingDataset, _ count: Int) throws -> Double {
  let loader = try dataset.loader()
  return try time(count) {
    guard let batch = try loader.nextBlocking() else { return nil }
    return (batch.rowCount, sum(batch.sampleIDs))
  }
}

/// One epoch of the loader through a host device.
func transferred(_ dataset: StreamingDataset, _ count: Int) throws -> Double {
  let device = HostDevice()
  let loader = try dataset.loader().transfer(to: device)
  return try time(count) {
    guard let batch = try loader.nextBlocking() else { return nil }
    let bytes = try device.read(batch.sampleIDsRange, of: batch.buffer)
    let raw: RawSpan = bytes.span.bytes
    var sum: Int64 = 0
    for row in 0..<batch.rowCount { sum += raw.unsafeLoadUnaligned(fromByteOffset: row * 8, as: Int64.self) }
    return (batch.rowCount, sum)
  }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func measure(_ folder: String, rounds: Int) async throws {
  let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: batchSize) { $0.shuffle = .py1e }
  let count = dataset.count
  _ = try bare(dataset, count)
  var loader: [Double] = []
  var device: [Double] = []
  for _ in 0..<rounds {
    // An epoch is short beside what the machine does besides: many in turn are a round, and in turn who is first.
    var (alone, through) = (0.0, 0.0)
    for epoch in 0..<epochsPerRound {
      if epoch.isMultiple(of: 2) { alone += try bare(dataset, count) }
      through += try transferred(dataset, count)
      if !epoch.isMultiple(of: 2) { alone += try bare(dataset, count) }
    }
    loader.append(alone)
    device.append(through)
  }
  func line(_ name: String, _ seconds: [Double]) {
    let rates = seconds.map { Double(count * epochsPerRound) / $0 / 1000 }
    print(
      name,
      String(
        format: "%.1f (%.1f to %.1f) thousand samples/s", median(rates), rates.min() ?? 0, rates.max() ?? 0))
  }
  print("\(count) samples, shuffled, batches of \(batchSize), \(rounds) rounds of \(epochsPerRound) epochs: median (least to most)")
  line("  bare loader     ", loader)
  line("  host device     ", device)
  let ratio = zip(device, loader).map { $0 / $1 }
  print(
    "  time over loader",
    String(
      format: "%.3f (%.3f to %.3f); quickest of each %.3f", median(ratio), ratio.min() ?? 0, ratio.max() ?? 0,
      (device.min() ?? 0) / (loader.min() ?? 1)))
}

do {
  let rounds = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 11 : 11
  if CommandLine.arguments.count > 1 {
    try await measure(CommandLine.arguments[1], rounds: max(3, rounds))
  } else {
    let folder = FileSystem.temporaryDirectory + "/streaming-device-\(ProcessInfo.processInfo.processIdentifier)"
    defer { try? FileSystem.removeTree(folder) }
    try await write(to: folder)
    try await measure(folder, rounds: rounds)
  }
} catch {
  FileHandle.standardError.write(Data("device: \(error)\n".utf8))
  exit(1)
}
