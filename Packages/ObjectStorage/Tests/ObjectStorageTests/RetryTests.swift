import BinaryIO
import Foundation
import ObjectStorage
import Synchronization
import TestSupport
import Testing

struct RetryTests {
  static let quick = RetryPolicy(attempts: 5, baseDelay: .zero, progressByteCount: 1)

  @Test("delays double up to the maximum, and jitter spans them all")
  func delays() {
    var plan = RetryPlan(RetryPolicy(attempts: 9, baseDelay: .milliseconds(100), maximumDelay: .seconds(1)))
    let delays = [100, 200, 400, 800, 1000, 1000, 1000, 1000].map { Duration.milliseconds($0) }
    for delay in delays { #expect(plan.failed(.now, fraction: 1) == .retry(after: delay)) }
    #expect(plan.failed(.now, fraction: 1) == .giveUp)
    var half = RetryPlan(RetryPolicy(baseDelay: .milliseconds(100)))
    #expect(half.failed(.now, fraction: 0.5) == .retry(after: .milliseconds(50)))
  }

  @Test("the defaults wait for a service for a minute, and never for less than 50 seconds", arguments: [0, 0.5, 1])
  func patience(fraction: Double) {
    var plan = RetryPlan(RetryPolicy())
    var waited = Duration.zero
    while case .retry(let delay) = plan.failed(.now, fraction: fraction) { waited += delay }
    #expect(waited >= .seconds(50))
    #expect(waited <= .seconds(130))
    if fraction == 0.5 { #expect(waited >= .seconds(80)) }
  }

  @Test("what can't succeed is not repeated; what a service asks for is kept, within the limit")
  func advice() {
    let policy = RetryPolicy(baseDelay: .seconds(1), maximumRequestedDelay: .seconds(10))
    var plan = RetryPlan(policy)
    #expect(plan.failed(.never, fraction: 0) == .giveUp)
    plan = RetryPlan(policy)
    #expect(plan.failed(.after(.seconds(7)), fraction: 0) == .retry(after: .seconds(7)))
    #expect(plan.failed(.after(.seconds(7)), fraction: 0.5) == .retry(after: .seconds(8)))
    #expect(plan.failed(.after(.seconds(11)), fraction: 0) == .giveUp)
    plan = RetryPlan(policy)
    #expect(plan.failed(.afterRefreshingCredentials, fraction: 1) == .retry(after: .zero))
    #expect(plan.failed(.afterRefreshingCredentials, fraction: 0) == .retry(after: .zero))
    #expect(plan.failed(.afterRefreshingCredentials, fraction: 0) == .giveUp)
  }

  @Test("an attempt that makes progress is not held against the request")
  func progress() {
    var plan = RetryPlan(RetryPolicy(attempts: 2, baseDelay: .zero, progressByteCount: 10))
    for _ in 0..<50 { #expect(plan.failed(.now, receivedByteCount: 10, fraction: 0) == .retry(after: .zero)) }
    #expect(plan.failed(.now, receivedByteCount: 9, fraction: 0) == .giveUp)
  }

  @Test("every fault, alone and mixed, ends with the right bytes or its own error", arguments: 0..<20)
  func faults(seed: Int) async throws {
    let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let memory = MemoryStore(["a": bytes])
    let harmless: [StoreFault] = [
      .throttled, .unavailable, .timedOut, .expiredCredential, .lostAnswer, .interruptedBody, .shortBody,
    ]
    for rates in harmless.map({ [$0: 0.6] }) + [Dictionary(uniqueKeysWithValues: harmless.map { ($0, 0.1) })]
    {
      let faulty = FaultInjectingStore(memory, seed: UInt64(seed), rates: rates, maximumInSuccession: 2)
      let store = RetryingStore(faulty, policy: Self.quick)
      for range in [nil, ByteRange.bytes(100..<19_000), .suffix(77), .from(1)] {
        let expected = range.map { Array(bytes[$0.resolved(in: bytes.count) ?? 0..<0]) } ?? bytes
        #expect(try await store.bytes(of: "a", range: range, limit: .megabytes(1)) == expected)
        #expect(try await store.head("a").byteCount == bytes.count)
        #expect(try await store.allObjects().map(\.key).contains("a"))
        _ = try await store.put("b", bytes: [1, 2])
        #expect(try await memory.bytes(of: "b", limit: 10) == [1, 2])
        try await store.delete("b")
        #expect(try await !memory.contains("b"))
      }
    }
  }

  @Test("a flipped bit changes one bit and nothing else: it is for hashes to find")
  func flipped() async throws {
    let store = FaultInjectingStore(MemoryStore(["a": [0, 0, 0]]), seed: 1, rates: [.flippedBit: 1])
    #expect(try await store.bytes(of: "a", limit: 10).reduce(0) { $0 + $1.nonzeroBitCount } == 1)
    #expect(store.injectedCounts == [.flippedBit: 1])
  }

  @Test("the same seed brings the same faults, whatever the order of keys")
  func deterministic() async {
    func outcomes(_ keys: [ObjectKey]) async -> [ObjectKey: [String]] {
      let store = FaultInjectingStore(MemoryStore(), seed: 7, rates: [.throttled: 0.3, .timedOut: 0.3])
      var result: [ObjectKey: [String]] = [:]
      for key in keys {
        do {
          _ = try await store.head(key)
        } catch { result[key, default: []].append(error.code.description) }
      }
      return result
    }
    let keys = (0..<60).map { ObjectKey(stringLiteral: "k\($0 % 6)") }
    #expect(await outcomes(keys) == outcomes(keys.sorted()))
  }

  @Test("a body is resumed from where it broke, by range and entity tag")
  func resumes() async throws {
    let store = BreakingStore(bytes: Array(0..<100), piece: 30, tags: ["\"1\""])
    let sink = MemorySink(limit: 100)
    try await RetryingStore(store, policy: Self.quick).get("a", into: sink)
    #expect(sink.takeBytes() == Array(0..<100))
    #expect(
      store.asked == [
        GetOptions(), GetOptions(range: .bytes(30..<100), ifMatch: "\"1\""),
        GetOptions(range: .bytes(60..<100), ifMatch: "\"1\""),
        GetOptions(range: .bytes(90..<100), ifMatch: "\"1\""),
      ])
  }

  @Test("an object replaced between two attempts is an error, never a mixture")
  func replaced() async throws {
    let store = BreakingStore(bytes: Array(0..<100), piece: 30, tags: ["\"1\"", "\"2\""])
    await expect(.preconditionFailed) {
      try await RetryingStore(store, policy: Self.quick).get("a", into: MemorySink(limit: 100))
    }
    let untagged = BreakingStore(bytes: Array(0..<100), piece: 30, tags: [nil])
    await expect(.interrupted) {
      try await RetryingStore(untagged, policy: Self.quick).get("a", into: MemorySink(limit: 100))
    }
    #expect(untagged.asked.count == 1)
  }

  @Test("cancelling ends the wait between two attempts")
  func cancels() async throws {
    let faulty = FaultInjectingStore(MemoryStore(), seed: 1, rates: [.throttled: 1])
    let store = RetryingStore(
      faulty, policy: RetryPolicy(attempts: 100, baseDelay: .seconds(3600), maximumDelay: .seconds(3600)))
    let task = Task { try await store.head("a") }
    task.cancel()
    await expect(.throttled) { try await task.value }
  }

  @Test("a sink's own error is not repeated")
  func sinkError() async throws {
    let store = RetryingStore(MemoryStore(["a": [1, 2, 3]]), policy: Self.quick)
    await expect(.tooLarge) { try await store.bytes(of: "a", limit: 2) }
  }
}

/// Breaks every body off after `piece` bytes; the entity tag follows `tags`, call by call.
final class BreakingStore: ObjectStore {
  let bytes: [UInt8]
  let piece: Int
  let tags: [String?]
  private let calls = Mutex<[GetOptions]>([])

  init(bytes: [UInt8], piece: Int, tags: [String?]) {
    self.bytes = bytes
    self.piece = piece
    self.tags = tags
  }

  var asked: [GetOptions] { calls.withLock { $0 } }

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    ObjectInfo(key: key, byteCount: bytes.count, entityTag: tags[min(asked.count, tags.count) - 1])
  }

  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    calls.withLock { $0.append(options) }
    let info = try await head(key)
    let range = try options.resolvedRange(of: info)
    let piece = Array(bytes[range.prefix(self.piece)])
    try sink.write(piece.span.bytes)
    if range.count > piece.count { throw ObjectStoreError(.interrupted, url: "breaking", partial: info) }
    return info
  }
}
