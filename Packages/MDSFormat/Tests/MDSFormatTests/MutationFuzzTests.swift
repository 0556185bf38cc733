import BinaryIO
import Foundation
import MDSFormat
import ShardFormats
import TestSupport
import Testing

/// A fuzzer that needs no instrumentation: golden shards of every encoding, damaged several times over.
///
/// `STREAMING_MUTATIONS=1000000 swift test --filter MutationFuzzTests` makes a long run of it.
@Suite struct MutationFuzzTests {
  static let count = ProcessInfo.processInfo.environment["STREAMING_MUTATIONS"].flatMap { Int($0) } ?? 3000

  /// xorshift64*: a seed makes a run repeatable.
  struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 0x2545_F491_4F6C_DD1D
    }
  }

  static func damage(_ bytes: inout [UInt8], _ info: inout ShardInfo, _ random: inout Random) {
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF, 0x22, 0x5C].randomElement(using: &random) ?? 0
      case 3, 4:  // a count, an offset or a size
        let word = place & ~3
        let values: [UInt32] = [
          0, 1, 2, 0x7FFF_FFFF, 0x8000_0000, .max, UInt32(bytes.count), .random(in: 0...64),
        ]
        let value = values.randomElement(using: &random) ?? 0
        for byte in 0..<4 where word + byte < bytes.count {
          bytes[word + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte))
        }
      case 5: bytes.removeSubrange(place...)
      case 6: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
      }
    }
    // Half of the time the index is honest about the damaged file, so that more than a size is looked at.
    if Bool.random(using: &random) { info.rawData.byteCount = bytes.count }
  }

  @Test(
    "damaged shards end in values or errors, quickly",
    .enabled(if: Golden.path != nil, "needs the golden data"))
  func shards() throws {
    var random = Random(state: .random(in: 1 ... .max))
    let seed = random.state
    let shards = try MDSShardTests.goldenShards().filter { $0.bytes.count < 20_000 }
    var opened = 0
    var valueCount = 0
    var slowest = Duration.zero
    try withTemporaryDirectory { directory in
      let path = directory + "/shard"
      for round in 0..<Self.count {
        var (name, info, bytes) = shards[Int.random(in: shards.indices, using: &random)]
        Self.damage(&bytes, &info, &random)
        try FileSystem.write(bytes.span.bytes, to: path)
        let start = ContinuousClock.now
        if let error = thrown({
          let shard = try MDSShard(MappedFile(path: path), info: info)
          opened += 1
          for index in 0..<min(shard.count, 40) {
            let sample = try shard.sample(at: index)
            for column in shard.columns.indices {
              if thrown({ _ = try sample.value(column: column) }) == nil { valueCount += 1 }
            }
          }
        }) {
          #expect(error.file == path, "\(name) seed \(seed) round \(round)")
        }
        slowest = max(slowest, ContinuousClock.now - start)
      }
    }
    #expect(opened > Self.count / 10, "seed \(seed)")
    #expect(valueCount > opened, "seed \(seed)")
    #expect(slowest < .seconds(1), "seed \(seed)")
    print(
      "mutations: \(Self.count), opened: \(opened), values: \(valueCount), slowest: \(slowest), seed: \(seed)"
    )
  }
}
