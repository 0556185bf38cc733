import BinaryIO
import ObjectStorage
import Synchronization
import TestSupport
import Testing
import Threading

/// The layers that are not about retries: each over stores that show what was asked.
struct LayerTests {
  static let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

  /// Holds the n-th `get` back until it is cancelled, and counts.
  final class Stalling: StoreWrapper {
    let base: any ObjectStore
    let stalls: Set<Int>
    let count = Monitor(0)
    let cancelled = Mutex(0)

    init(_ base: any ObjectStore, stalls: Set<Int>) {
      self.base = base
      self.stalls = stalls
    }

    func get(
      _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
    ) async throws(ObjectStoreError) -> ObjectInfo {
      let number = count.notifying { count in
        count += 1
        return count - 1
      }
      guard stalls.contains(number) else { return try await base.get(key, options: options, into: sink) }
      // Ends with the task.
      try? await delay(for: .seconds(3600), charging: StallCause("a stall for a test"))
      cancelled.withLock { $0 += 1 }
      throw ObjectStoreError(.cancelled, url: key.text)
    }
  }

  @Test("a read that does not begin is asked for again; the slow request is cancelled")
  func hedged() async throws {
    let slow = Stalling(MemoryStore(["a": Self.bytes]), stalls: [0])
    let store = HedgingStore(slow, policy: HedgingPolicy(minimumDelay: .milliseconds(5)))
    #expect(try await store.bytes(of: "a", limit: .megabytes(1)) == Self.bytes)
    #expect(store.hedgedCount == 1)
    #expect(slow.count.withLock { $0 } == 2 && slow.cancelled.withLock { $0 } == 1)
  }

  @Test("a read that fails is not asked for again, and its error is told")
  func failed() async throws {
    let store = HedgingStore(MemoryStore(), policy: HedgingPolicy(minimumDelay: .seconds(60)))
    await expect(.notFound) { try await store.bytes(of: "a", limit: 1) }
    await expect(.notFound) { try await store.head("a") }
    #expect(store.hedgedCount == 0)
    #expect(try await store.allObjects().isEmpty)
  }

  @Test("the delay is the tail of the times seen, and second requests keep to their budget")
  func decision() {
    var decision = HedgingDecision(
      HedgingPolicy(doubledFraction: 0.05, minimumDelay: .milliseconds(10), budget: 0.1))
    #expect(decision.began() == .milliseconds(10), "nothing is known yet")
    for number in 0..<400 { decision.answered(after: .milliseconds(number % 20 == 0 ? 400 : 20)) }
    let delay = decision.began()
    #expect(delay >= .milliseconds(20) && delay <= .milliseconds(30), "\(delay)")
    var sent = 0
    for _ in 0..<1000 {
      _ = decision.began()
      if decision.spend() { sent += 1 }
    }
    #expect((100...102).contains(sent), "\(sent) of 1000 were doubled")
  }

  @Test("a large object is read in pieces, into memory in order and into a file where they belong")
  func split() async throws {
    let measured = MeasuredStore(MemoryStore(["a": Self.bytes, "empty": [], "small": [1, 2]]))
    let store = SplittingStore(measured, policy: SplittingPolicy(pieceByteCount: 64 << 10, window: 3))
    for range in [nil, ByteRange.bytes(17..<900_001), .from(5), .suffix(300_000), .bytes(0..<65_537)] {
      let expected = Array(Self.bytes[(range ?? .from(0)).resolved(in: Self.bytes.count) ?? 0..<0])
      #expect(try await store.bytes(of: "a", range: range, limit: .megabytes(1)) == expected)
      try await withTemporaryDirectory { folder in
        let sink = try FileSink(creating: folder + "/x")
        let info = try await store.get("a", options: GetOptions(range: range), into: sink)
        #expect(info.byteCount == Self.bytes.count && sink.receivedByteCount == expected.count)
        #expect(try FileSystem.readAll(folder + "/x") == expected)
      }
    }
    #expect(measured.metrics.snapshot.mostInFlight <= 3)
    #expect(try await store.bytes(of: "empty", limit: 1) == [])
    #expect(try await store.bytes(of: "small", limit: 2) == [1, 2])
    await expect(.notFound) { try await store.bytes(of: "none", limit: 1) }
    await expect(.rangeNotSatisfiable) { try await store.bytes(of: "a", range: .from(1_000_000), limit: 1) }
    await expect(.tooLarge) { try await store.bytes(of: "a", limit: 500_000) }
  }

  @Test("pieces of a store that fails now and then are each resumed", arguments: 0..<10)
  func splitFaults(seed: Int) async throws {
    let faulty = FaultInjectingStore(
      MemoryStore(["a": Self.bytes]), seed: UInt64(seed),
      rates: [.interruptedBody: 0.2, .unavailable: 0.1, .shortBody: 0.1], maximumInSuccession: 2)
    let retrying = RetryingStore(faulty, policy: RetryTests.quick)
    let store = SplittingStore(retrying, policy: SplittingPolicy(pieceByteCount: 64 << 10, window: 4))
    #expect(try await store.bytes(of: "a", limit: .megabytes(1)) == Self.bytes)
  }

  @Test("a bucket of bytes tells how long to wait: a steady rate after a quarter of a second's burst")
  func tokens() {
    var bucket = TokenBucket(bytesPerSecond: 1000)
    #expect(bucket.take(250, at: .zero) == .zero)
    #expect(bucket.take(100, at: .zero) == .milliseconds(100))
    #expect(bucket.take(1000, at: .milliseconds(100)) == .seconds(1))
    #expect(bucket.take(0, at: .milliseconds(1100)) == .zero)
    #expect(bucket.take(250, at: .seconds(100)) == .zero, "a pause fills it, no further than its size")
    #expect(bucket.take(1, at: .seconds(100)) == .milliseconds(1))
  }

  @Test("a limited store gives the right bytes, and takes its time")
  func limited() async throws {
    let limit = ByteRateLimit(bytesPerSecond: 4_000_000)
    let memory = MemoryStore(["a": Self.bytes, "empty": []])
    let store = RateLimitedStore(memory, reading: limit, writing: limit)
    let start = ContinuousClock.now
    // The burst is as large as the object.
    #expect(try await store.bytes(of: "a", limit: .megabytes(1)) == Self.bytes)
    #expect(
      try await store.bytes(of: "a", range: .bytes(5..<400_005), limit: .megabytes(1))
        == Array(Self.bytes[5..<400_005]))
    #expect(start.duration(to: .now) >= .milliseconds(90))
    #expect(try await store.bytes(of: "empty", limit: 1) == [])
    try await store.put("b", bytes: [1])
    #expect(try await memory.bytes(of: "b", limit: 1) == [1])
  }

  @Test("many who ask for the same at once share a request; a failing sink leaves the others alone")
  func coalesced() async throws {
    let slow = Stalling(MemoryStore(["a": Self.bytes]), stalls: [])
    let store = CoalescingStore(slow)
    let results = await withTaskGroup(of: Result<Int, any Error>.self) { group in
      for index in 0..<40 {
        group.addTask {
          let sink = MemorySink(limit: ByteCount(index == 7 ? 10 : Self.bytes.count))
          do {
            _ = try await store.get("a", into: sink)
            return .success(sink.takeBytes() == Self.bytes ? 1 : 0)
          } catch { return .failure(error) }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.filter { (try? $0.get()) == 1 }.count == 39)
    #expect(results.filter { (try? $0.get()) == nil }.count == 1)
    #expect(slow.count.withLock { $0 } <= 40)
    await expect(.notFound) { try await store.bytes(of: "none", limit: 1) }
  }

  @Test("a shared request ends when the last who waits for it is cancelled")
  func abandoned() async throws {
    let slow = Stalling(MemoryStore(["a": [1]]), stalls: [0])
    let store = CoalescingStore(slow)
    let tasks = (0..<3).map { _ in Task { try await store.bytes(of: "a", limit: 1) } }
    try await slow.count.waitAsync(until: .after(.seconds(60)), charging: StallCause("the request")) { $0 > 0 ? () : nil }
    for task in tasks { task.cancel() }
    for task in tasks { await #expect(throws: ObjectStoreError.self) { try await task.value } }
    #expect(try await store.bytes(of: "a", limit: 1) == [1], "a new request")
  }

  @Test("metrics count requests, bytes and errors by kind")
  func metrics() async throws {
    let store = MeasuredStore(MemoryStore(["a": Self.bytes]))
    _ = try await store.bytes(of: "a", limit: .megabytes(1))
    _ = try await store.bytes(of: "a", range: .bytes(0..<10), limit: 10)
    await expect(.notFound) { try await store.head("none") }
    try await store.put("b", bytes: [1, 2, 3])
    try await store.delete("b")
    let counts = store.metrics.snapshot
    #expect(counts[.get].requests == 2 && counts[.get].byteCount == 1_000_010)
    #expect(counts[.head].errors == [.notFound: 1] && counts[.put].byteCount == 3)
    #expect(counts[.delete].requests == 1 && counts[.list].requests == 0 && counts.inFlight == 0)
  }

  @Test("a budget allows its reserve of retries, then a share of the requests")
  func budget() {
    var budget = RetryBudget(share: 0.5)
    for _ in 0..<100 {
      let isLeft = budget.spend()
      #expect(isLeft)
    }
    let isLeft = budget.spend()
    #expect(!isLeft)
    for _ in 0..<4 { budget.succeeded() }
    let more = (0..<4).filter { _ in budget.spend() }.count
    #expect(more == 2)
  }

  @Test("a place that never answered is given up after three attempts, one that did after all")
  func unreachable() async throws {
    final class Gone: StoreWrapper {
      let base: any ObjectStore = MemoryStore(["a": [1]])
      let isGone = Mutex(true)
      let count = Mutex(0)
      func run<R: Sendable>(
        _ request: StoreRequest, _ body: () async throws(ObjectStoreError) -> R
      ) async throws(ObjectStoreError) -> R {
        count.withLock { $0 += 1 }
        if isGone.withLock({ $0 }) { throw ObjectStoreError(.unreachable, url: "gone") }
        return try await body()
      }
    }
    let gone = Gone()
    let store = RetryingStore(gone, policy: RetryPolicy(attempts: 8, baseDelay: .zero))
    await expect(.unreachable) { try await store.head("a") }
    #expect(gone.count.withLock { $0 } == 3)
    gone.isGone.withLock { $0 = false }
    _ = try await store.head("a")
    gone.isGone.withLock { $0 = true }
    gone.count.withLock { $0 = 0 }
    await expect(.unreachable) { try await store.head("a") }
    #expect(gone.count.withLock { $0 } == 8)
  }
}
