import Streaming

/// A data set to measure with, made anew from a fixed seed.
struct Workload: Sendable {
  let name: String
  let sampleCount: Int
  let columns: [String: Encoding]
  /// Column names in the order of a batch.
  let columnOrder: [String]
  /// The values of a sample, and their bytes in the shard by column.
  let sample: @Sendable (inout SplitMix64, Int) -> (values: [String: ColumnValue], bytes: [String: [UInt8]])

  /// Large samples: 20,000 of 16 KB.
  static let large = Workload(
    name: "20,000 samples of 16 KB", sampleCount: 20_000, columns: ["data": .bytes], columnOrder: ["data"]
  ) { random, _ in
    let bytes = random.bytes(16_384)
    return (["data": .bytes(bytes)], ["data": bytes])
  }

  /// Small samples: a million of an integer and a float.
  static let small = Workload(
    name: "1,000,000 samples of {int, float32}", sampleCount: 1_000_000,
    columns: ["id": .int, "score": .float32],
    columnOrder: ["id", "score"]
  ) { random, index in
    let score = Float(random.next() >> 40) / Float(1 << 24)
    return (
      ["id": .int(index), "score": .float32(score)],
      ["id": littleEndian(UInt64(index)), "score": littleEndian(score.bitPattern)]
    )
  }

  /// Writes the data set and returns the xxh64 of what a loader delivers of it in order, in batches of `batchSize`.
  func write(to folder: String, batchSize: Int) async throws -> String {
    var random = SplitMix64(state: 7)
    var writer = try MDSWriter(to: folder, columns: columns)
    var hash = IncrementalHash(.xxh64)
    var batch: [String: [UInt8]] = [:]
    for index in 0..<sampleCount {
      let (values, bytes) = sample(&random, index)
      try await writer.write(values)
      for (column, bytes) in bytes { batch[column, default: []] += bytes }
      guard (index + 1).isMultiple(of: batchSize) || index + 1 == sampleCount else { continue }
      for column in columnOrder {
        let bytes = batch[column] ?? []
        hash.update(bytes.span.bytes)
      }
      batch = batch.mapValues { _ in [] }
    }
    _ = try await writer.finish()
    return hash.finalize().hex
  }
}

/// Steele, Lea and Flood's generator: the same data on every machine.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for _ in 0..<count / 8 {
      let word = next()
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return bytes
  }
}

private func littleEndian<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
  (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> Word($0 * 8)) }
}
