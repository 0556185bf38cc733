import PythonJSON
import Streaming

/// Times single samples at random: the validated view of one, and the copy of its bytes, beside a bare copy of them.
struct AccessBenchmark {
  let count: Int

  struct Result {
    var viewSeconds: Double
    var copySeconds: Double
    var bareCopySeconds: Double
    var byteCount: Int
    let count: Int

    var json: JSONValue {
      .object([
        ("accesses", .integer(count)), ("view_ns", .number(viewSeconds / Double(count) * 1e9)),
        ("copy_ns", .number(copySeconds / Double(count) * 1e9)),
        ("bare_copy_ns", .number(bareCopySeconds / Double(count) * 1e9)),
        ("copy_bytes_per_s", .number(Double(byteCount) / copySeconds)),
        ("bare_copy_bytes_per_s", .number(Double(byteCount) / bareCopySeconds)),
      ])
    }

    var lines: [String] {
      [
        "view         \(rounded(viewSeconds / Double(count) * 1e9)) ns a sample, its columns' places checked",
        "copy         \(rounded(copySeconds / Double(count) * 1e9)) ns a sample, \(rounded(Double(byteCount) / copySeconds / 1e6)) MB/s",
        "limit        \(rounded(bareCopySeconds / Double(count) * 1e9)) ns a sample: a bare loop that copies the same bytes",
      ]
    }
  }

  func run(_ stream: DataStream) async throws -> Result {
    let dataset = try await StreamingDataset([stream])
    guard dataset.count > 0 else { throw CommandError(.dataError, "expected samples, found none.") }
    // Opens every shard, fetching it where needed; what is measured is access.
    for shard in dataset.shape.shardStarts.dropLast() where shard < dataset.count { _ = try await dataset.fetchSample(at: shard) }
    var state: UInt64 = 17
    let ids = (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(dataset.count))
    }
    let columns = dataset.columns.indices
    var pieces: [UnsafeRawBufferPointer] = []
    for id in ids {
      try dataset.withSample(at: id) { sample in
        for column in columns { pieces.append(try sample.bytes(column: column).withUnsafeBytes { $0 }) }
      }
    }
    let largest = pieces.map(\.count).max() ?? 0
    // Safe because the shards that `pieces` lie in stay open as long as the data set, which nothing else uses.
    let target = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, largest), alignment: 64)
    defer { target.deallocate() }
    var result = Result(
      viewSeconds: .infinity, copySeconds: .infinity, bareCopySeconds: .infinity,
      byteCount: pieces.reduce(0) { $0 + $1.count }, count: count)
    for _ in 0..<3 {
      var byteCount = 0
      result.viewSeconds = min(
        result.viewSeconds,
        try timed {
          for id in ids { try dataset.withSample(at: id) { byteCount += try $0.bytes(column: 0).byteCount } }
        })
      result.copySeconds = min(
        result.copySeconds,
        try timed {
          for id in ids {
            try dataset.withSample(at: id) { sample in
              for column in columns { try sample.bytes(column: column).withUnsafeBytes { target.copyMemory(from: $0) } }
            }
          }
        })
      result.bareCopySeconds = min(
        result.bareCopySeconds, timed { for piece in pieces { target.copyMemory(from: piece) } })
      guard byteCount >= 0 else { throw CommandError(.software, "expected bytes, found \(byteCount).") }
    }
    withExtendedLifetime(dataset) {}
    return result
  }

  private func timed<E>(_ body: () throws(E) -> Void) throws(E) -> Double {
    let start = ContinuousClock.now
    try body()
    return seconds(start.duration(to: .now))
  }
}
