import BinaryIO
import Foundation
import PythonJSON
import ShardFormats

// An index of many shards: parsing it against a general tree and Foundation's, the memory that takes, and opening it again by
// its side-car. Parsing in CPU time of the thread, opening in wall time; every result is compared with the text.
// swift run -c release --package-path Benchmarks index [SHARDS [DIRECTORY]]

let arguments = CommandLine.arguments
let shardCount = arguments.count > 1 ? Int(arguments[1]) ?? 1_000_000 : 1_000_000
let directory = (arguments.count > 2 ? arguments[2] : NSTemporaryDirectory()) + "/index-speed-\(getpid())"
let rounds = 5

/// Two files of each shard with two hashes each, as upstream writes them with `compression` and `hashes`.
func makeIndex(_ count: Int) throws -> [UInt8] {
  let columns = [ColumnSpec(name: "image", encoding: .jpeg), ColumnSpec(name: "label", encoding: .int)]
  let schema = ShardSchema(
    format: .mds, columns: columns, compression: try .init(parsing: "zstd:3"), hashes: ["sha1", "xxh64"], sizeLimit: 1 << 26)
  var index = DatasetIndex()
  var random = SystemRandomNumberGenerator()
  func digits(_ count: Int) -> String {
    String((0..<count).map { _ in "0123456789abcdef".randomElement(using: &random) ?? "0" })
  }
  let pool = (0..<1000).map { _ in [FileHash(algorithm: "sha1", hex: digits(40)), FileHash(algorithm: "xxh64", hex: digits(16))] }
  for number in 0..<count {
    let name = "shard.\(String(repeating: "0", count: max(0, 5 - String(number).count)))\(number).mds"
    try index.append(
      ShardInfo(
        schema: schema, sampleCount: 1000 + number % 977,
        rawData: FileInfo(basename: name, byteCount: 67_000_000 + number % 99_991, hashes: pool[number % 1000]),
        zipData: FileInfo(basename: name + ".zstd", byteCount: 31_000_000 + number % 77_773, hashes: pool[(number + 7) % 1000])))
  }
  return index.encoded()
}

func processorSeconds(_ body: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  let start = now()
  try body()
  return now() - start
}

func wallSeconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let spent = (ContinuousClock.now - start).components
  return Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
}

/// The most memory that the process held since the last call with `reset`, in bytes; nil where the system does not tell.
func peakMemory(reset: Bool = false) -> Int? {
  if reset { try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .ascii) }
  guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .ascii) else { return nil }
  let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
}

func row(_ name: String, _ values: [Double], _ unit: String) {
  let sorted = values.sorted()
  print(
    name.padding(toLength: 44, withPad: " ", startingAt: 0),
    String(format: "%8.1f %8.1f %8.1f %@", sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1], unit))
}

try FileSystem.createDirectory(directory)
defer { _ = try? FileSystem.removeTree(directory) }
let path = directory + "/index.json"
let text = try makeIndex(shardCount)
try FileSystem.write(text.span.bytes, to: path)
print("\(shardCount) shards of 2 files with 2 hashes, \(text.count) bytes; min median max of \(rounds) rounds")

// Memory first, while nothing else was freed that could serve for it.
let before = peakMemory(reset: true)
let parsed = try DatasetIndex(parsing: text.span.bytes, file: path)
let held = parsed.shards.residentByteCount
if let before, let after = peakMemory() {
  print(
    String(
      format: "memory: %.1f MB held, %.1f MB at most while parsing, %.2f of what is held", Double(held) / 1e6,
      Double(after - before) / 1e6, Double(after - before) / Double(held)))
}
guard parsed.encoded() == text else { fatalError("the index encodes to something else than was parsed") }

var speeds: [Double] = []
for _ in 0..<rounds {
  let time = try processorSeconds {
    guard try DatasetIndex(parsing: text.span.bytes, file: path).shards.count == shardCount else { fatalError("lost shards") }
  }
  speeds.append(Double(text.count) / time / 1e6)
}
row("DatasetIndex, parsed", speeds, "MB/s")

// Foundation's tree of a million shards needs more memory than this machine may have: a part of at most 50,000 shows its speed.
let part = shardCount <= 50_000 ? text : try makeIndex(50_000)
func rival(_ name: String, _ body: () throws -> Bool) rethrows {
  var speeds: [Double] = []
  for _ in 0..<3 {
    let time = try processorSeconds { if try !body() { fatalError("\(name): lost shards") } }
    speeds.append(Double(part.count) / time / 1e6)
  }
  row(name, speeds, "MB/s")
}
let partCount = min(shardCount, 50_000)
try rival("JSONValue's tree, \(partCount) shards") {
  try JSONValue(parsing: part.span.bytes)["shards"]?.array?.count == partCount
}
let data = Data(part)
try rival("Foundation's JSONSerialization, \(partCount)") {
  let tree = try JSONSerialization.jsonObject(with: data) as? [String: Any]
  return (tree?["shards"] as? [Any])?.count == partCount
}

var opened: OpenedIndex?
let first = try wallSeconds { opened = try OpenedIndex(try MappedFile(path: path)) }
guard opened?.isFromSidecar == false else { fatalError("a side-car was there before it was written") }
let sidecarByteCount = try FileSystem.status(of: path + ".arrays")?.byteCount ?? 0
print(String(format: "first start: %.0f ms; side-car of %.1f MB", first * 1e3, Double(sidecarByteCount) / 1e6))
var times: [Double] = []
for _ in 0..<3 * rounds {
  opened = nil
  times.append(try wallSeconds { opened = try OpenedIndex(try MappedFile(path: path)) } * 1e3)
  guard let opened, opened.isFromSidecar, opened.index.sampleCounts == parsed.sampleCounts else {
    fatalError("the side-car was not used, or tells something else")
  }
}
row("second start, by the side-car", times, "ms")
guard opened?.index.encoded() == text else { fatalError("the side-car encodes to something else than was parsed") }
