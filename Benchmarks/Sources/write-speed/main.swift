import BinaryIO
import CDirectCodecs
import DatasetWriting
import Foundation
import MDSFormat
import ObjectStorage
import ShardCompression
import ShardFormats

// Writing samples of 16 KB: into MDS shards against a bare loop of `write` of the same bytes, and with zstd level 3 as a
// process that may use two processors against one that may use one, beside as many threads that only compress the same bytes:
// what the machine itself gives. Alternating rounds; every result is opened and counted.
// swift run -c release --package-path Benchmarks write-speed [MEGABYTES [DIRECTORY]] [--raw | --zstd]

let arguments = CommandLine.arguments
let megabytes = arguments.count > 1 ? Int(arguments[1]) ?? 512 : 512
let directory = (arguments.count > 2 ? arguments[2] : NSTemporaryDirectory()) + "/write-speed-\(getpid())"
let sampleByteCount = 16 << 10
let sampleCount = (megabytes << 20) / sampleByteCount
let rounds = 5

func seconds(_ body: () async throws -> Void) async rethrows -> Double {
  let start = ContinuousClock.now
  try await body()
  let spent = (ContinuousClock.now - start).components
  return Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
}

/// Every sample in memory of its own, as a program has them that reads or computes them: machine code, which compresses
/// about as data do. Were they few, the plain loop would copy from the processor's cache and be no limit for anybody.
func makeSamples() throws -> [[UInt8]] {
  let code = try FileSystem.readAll("/proc/self/exe")
  return (0..<sampleCount).map { number in
    let start = (number * 37_813) % max(1, code.count - sampleByteCount)
    return Array(code[start..<start + sampleByteCount])
  }
}

/// The limit: the same bytes to files of the same size, by nothing but `write`.
func writePlain(_ samples: [[UInt8]]) throws {
  try FileSystem.createDirectory(directory)
  var number = 0
  while number < sampleCount {
    let file = try FileDescriptor.open(directory + "/plain.\(number)", .createNew)
    for _ in 0..<min(4096, sampleCount - number) {
      let sample = samples[number % samples.count]
      try file.write(sample.span.bytes)
      number += 1
    }
  }
}

func writeShards(_ samples: [[UInt8]], compression: Codec?) async throws -> DatasetIndex {
  var writer = try MDSWriter(to: directory, columns: ["x": .bytes], stores: ObjectStoreRegistry()) {
    $0.compression = compression
    // Shards enough for the end, when some processors have none left, not to count.
    $0.sizeLimit = compression == nil ? .megabytes(64) : .megabytes(8)
  }
  let values = samples.map { ["x": ColumnValue.bytes($0)] }
  for number in 0..<sampleCount { try await writer.write(values[number % values.count]) }
  return try await writer.finish()
}

func measured(_ body: () async throws -> DatasetIndex?) async throws -> Double {
  var index: DatasetIndex?
  let time = try await seconds { index = try await body() }
  if let index, index.sampleCount != sampleCount {
    fatalError("expected \(sampleCount) samples, came \(index.sampleCount)")
  }
  let total = try FileSystem.list(directory).reduce(0) {
    $0 + (try FileSystem.status(of: directory + "/" + $1)?.byteCount ?? 0)
  }
  guard total > 0 else { fatalError("nothing was written") }
  try FileSystem.removeTree(directory)
  return time
}

func row(_ name: String, _ times: [Double]) -> Double {
  let speeds = times.map { Double(megabytes << 20) / $0 / 1e6 }.sorted()
  print(
    String(
      format: "%@ %7.0f %7.0f %7.0f", name.padding(toLength: 34, withPad: " ", startingAt: 0), speeds[0],
      speeds[rounds / 2], speeds[rounds - 1]))
  return speeds[rounds / 2]
}

/// The limit: the same bytes in blocks of a shard's size through zstd's own call, by threads that share nothing and write nothing.
func secondsCompressing(_ samples: [[UInt8]], threadCount: Int) throws -> Double {
  let blockByteCount = 8 << 20
  let content = samples.flatMap(\.self)
  let blocks = stride(from: 0, to: content.count, by: blockByteCount).map { $0..<min($0 + blockByteCount, content.count) }
  let outputs = (0..<threadCount).map { _ in UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * blockByteCount, alignment: 64) }
  defer { for output in outputs { output.deallocate() } }
  for output in outputs { output.initializeMemory(as: UInt8.self, repeating: 1) }
  // Safe because the buffers outlive the call below, each is written by one thread, and the content is only read.
  nonisolated(unsafe) let buffers = outputs
  return content.withUnsafeBytes { bytes in
    nonisolated(unsafe) let bytes = bytes
    let start = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: threadCount) { thread in
      for block in stride(from: thread, to: blocks.count, by: threadCount) {
        let raw = UnsafeRawBufferPointer(rebasing: bytes[blocks[block]])
        let count = direct_zstd_compress(3, raw.baseAddress, raw.count, buffers[thread].baseAddress, buffers[thread].count)
        guard count > 0 else { fatalError("zstd failed") }
      }
    }
    let spent = (ContinuousClock.now - start).components
    return Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
  }
}

/// The time that this program takes for zstd in a process of its own, which is confined to these processors.
/// - Parameter role: `--child` to write shards, `--compressing-1` or `-2` for so many threads that only compress.
func secondsOnProcessors(_ processors: String, _ role: String = "--child") throws -> Double {
  let child = Process()
  child.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  child.arguments = ["taskset", "-c", processors, arguments[0], "\(megabytes)", directory, role]
  let output = Pipe()
  child.standardOutput = output
  try child.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  child.waitUntilExit()
  guard child.terminationStatus == 0, let time = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
    fatalError("the child process failed")
  }
  return time
}

let samples = arguments.contains("--zstd") ? [] : try makeSamples()
if arguments.contains("--child") {
  print(try await measured { try await writeShards(samples, compression: .zstd(level: 3)) })
  try FileSystem.removeTree(FileSystem.parentDirectory(of: directory))
  exit(0)
}
for threadCount in 1...2 where arguments.contains("--compressing-\(threadCount)") {
  print(try secondsCompressing(samples, threadCount: threadCount))
  exit(0)
}
var (plain, shards, one, two): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
var (oneThread, twoThreads): ([Double], [Double]) = ([], [])
for _ in 0..<rounds {
  if !arguments.contains("--zstd") {
    plain.append(
      try await measured {
        try writePlain(samples)
        return nil
      })
    shards.append(try await measured { try await writeShards(samples, compression: nil) })
  }
  if !arguments.contains("--raw") {
    one.append(try secondsOnProcessors("0"))
    two.append(try secondsOnProcessors("0,1"))
    oneThread.append(try secondsOnProcessors("0", "--compressing-1"))
    twoThreads.append(try secondsOnProcessors("0,1", "--compressing-2"))
  }
}
print(
  "\(sampleCount) samples of \(sampleByteCount) bytes into \(directory); MB/s, min median max of \(rounds) alternating rounds"
)
if !arguments.contains("--zstd") {
  let limit = row("write() of the same bytes", plain)
  let written = row("MDSWriter, uncompressed", shards)
  print(String(format: "uncompressed / limit %.2f", written / limit))
}
if !arguments.contains("--raw") {
  let single = row("MDSWriter, zstd:3, one processor", one)
  let double = row("MDSWriter, zstd:3, two processors", two)
  print(String(format: "two processors / one %.2f", double / single))
  let oneLimit = row("zstd itself, one thread", oneThread)
  let twoLimit = row("zstd itself, two threads", twoThreads)
  print(String(format: "two threads / one %.2f", twoLimit / oneLimit))
}
