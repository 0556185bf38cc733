import MDSFormat
import ShardFormats
import Testing

@Suite("The memory of a shard builder")
struct BuilderMemoryTests {
  /// The whole file by the format's two steps, without a builder: head, then samples.
  private func naive(_ format: MDS, _ samples: [[ColumnValue]]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for sample in samples {
      try format.encode(sample, into: &bytes)
      ends.append(bytes.count)
    }
    return try format.frame(ends).head + bytes
  }

  @Test(
    "the file is the same whatever room was kept for its head, and whatever memory is used again",
    arguments: [0, 400, 1000, 20_000], [false, true])
  func rooms(limit: Int, reuses: Bool) throws {
    let format = try MDS(columns: ["n": .int, "t": .str], settings: ShardSettings(sizeLimit: limit))
    var builder = MDSShardBuilder(format: format)
    var current: [[ColumnValue]] = []
    var spare: [UInt8] = Array(repeating: 0xEE, count: 30_000)
    var shardCount = 0
    for number in 0..<1500 {
      // Sizes that drift and jump, so that the guess from the shard before is too small as well as too large.
      let length = number % 300 < 150 ? number % 7 : number % 900
      let sample: [ColumnValue] = [.int(number), .string(String(repeating: "x", count: length))]
      if var full = try builder.add(values: sample) {
        #expect(full.data == (try naive(format, current)), "before sample \(number)")
        #expect(full.sampleCount == current.count)
        #expect(full.dataByteCount == full.data.count)
        current = []
        shardCount += 1
        if reuses {
          builder.reuse(spare)
          spare = full.takeStorage()
          #expect(full.dataByteCount == 0)
        }
      }
      current.append(sample)
      if number % 100 == 50 {
        #expect(throws: ShardError.self) { _ = try builder.add(values: [.int(1)]) }
        #expect(throws: ShardError.self) { _ = try builder.add(values: [.int(1), .int(2)]) }
      }
    }
    let last = try #require(try builder.finish())
    #expect(last.data == (try naive(format, current)))
    #expect((shardCount > 0) == (limit > 0))
  }
}
