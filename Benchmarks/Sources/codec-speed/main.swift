import CDirectCodecs
import Foundation
import ShardCompression

// Decompression against the plainest call of each C library, alternating in one run.
// swift run -c release --package-path Benchmarks codec-speed [FILE [MEGABYTES [CODEC…]]]

let path = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "/proc/self/exe"
let megabytes = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 32 : 32
guard let file = FileManager.default.contents(atPath: path), !file.isEmpty else { exit(66) }
var raw: [UInt8] = []
while raw.count < megabytes << 20 { raw += file }
raw.removeLast(raw.count - megabytes << 20)
let rounds = 5

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let spent = (ContinuousClock.now - start).components
  return Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
}

func column(_ values: [Double], _ byteCount: Int) -> String {
  let speeds = values.map { Double(byteCount) / $0 / 1e6 }.sorted()
  return speeds.isEmpty
    ? "" : String(format: "%7.0f %7.0f %7.0f", speeds[0], speeds[speeds.count / 2], speeds[speeds.count - 1])
}

print("\(megabytes) MiB of \(path), MB/s of content, min median max of \(rounds) alternating rounds")
print(
  "codec          bytes      library                  Codec, into a buffer     ratio  Codec, in pieces         ratio"
)
let output = UnsafeMutableRawBufferPointer.allocate(byteCount: raw.count, alignment: 64)
for index in output.indices { output[index] = 1 }
let chosen = Array(CommandLine.arguments.dropFirst(3))
for name in chosen.isEmpty ? ["zstd:1", "zstd:3", "gz:1", "gz:6", "snappy", "lz4:1", "br:2", "bz2:9", "xz:0"] : chosen {
  let codec = try Codec(parsing: name)
  let packed = try codec.compress(raw.span.bytes)
  var (direct, whole, pieces): ([Double], [Double], [Double]) = ([], [], [])
  for _ in 0..<rounds {
    direct.append(
      seconds {
        let count = packed.withUnsafeBytes {
          direct_decompress(codec.fileExtension, $0.baseAddress, $0.count, output.baseAddress, output.count)
        }
        guard count == raw.count,
          raw.withUnsafeBytes({ memcmp($0.baseAddress!, output.baseAddress!, count) }) == 0
        else {
          fatalError("\(name): the library gave something else")
        }
      })
    whole.append(
      try seconds {
        var out = OutputRawSpan(buffer: output, initializedCount: 0)
        try codec.decompress(packed.span.bytes, expecting: raw.count, into: &out)
        guard out.finalize(for: output) == raw.count,
          raw.withUnsafeBytes({ memcmp($0.baseAddress!, output.baseAddress!, raw.count) }) == 0
        else { fatalError("\(name): something else in the buffer") }
      })
    pieces.append(
      try seconds {
        var position = 0
        try codec.decompress(packed.span.bytes, expecting: raw.count) { piece in
          let same = piece.withUnsafeBytes { piece in
            raw.withUnsafeBytes { memcmp($0.baseAddress! + position, piece.baseAddress!, piece.count) }
          }
          guard same == 0 else { fatalError("\(name): something else in a piece") }
          position += piece.byteCount
        }
      })
  }
  func best(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }
  print(
    name.padding(toLength: 8, withPad: " ", startingAt: 0), String(format: "%11d", packed.count), " ",
    column(direct, raw.count), " ",
    column(whole, raw.count), String(format: " %5.2f ", best(direct) / best(whole)),
    column(pieces, raw.count),
    String(format: " %5.2f", best(direct) / best(pieces)))
}
