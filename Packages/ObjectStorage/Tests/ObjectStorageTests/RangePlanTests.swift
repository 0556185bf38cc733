import BinaryIO
import ObjectStorage
import Synchronization
import Testing

struct RangePlanTests {
  /// Ranges drawn by a seed.
  func ranges(_ seed: Int) -> [Range<Int>] {
    var state = UInt64(seed + 1) &* 0x9E37_79B9_7F4A_7C15
    func draw(_ limit: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(limit))
    }
    return (0..<draw(8)).map { _ in
      let start = draw(90)
      return start..<(start + draw(20))
    }
  }

  @Test(
    "every wanted byte is in exactly one request, and no request reads along more than a gap",
    arguments: 0..<300)
  func covers(seed: Int) {
    let wanted = ranges(seed)
    for gap in [0, 3, 10] {
      let plan = RangePlan(wanted, joiningGapsUpTo: gap, limit: 60)
      let bytes = Set(wanted.flatMap { Array($0) })
      #expect(Set(plan.fetches.flatMap { Array($0.range) }).isSuperset(of: bytes))
      for (index, range) in wanted.enumerated() where !range.isEmpty {
        let holders = plan.fetches.filter { $0.wanted.contains(index) }
        #expect(holders.count == 1 && holders[0].range.clamped(to: range) == range)
      }
      for (left, right) in zip(plan.fetches, plan.fetches.dropFirst()) {
        #expect(left.range.upperBound <= right.range.lowerBound, "requests do not overlap")
      }
      for fetch in plan.fetches {
        #expect(bytes.contains(fetch.range.lowerBound) && bytes.contains(fetch.range.upperBound - 1))
        var run = 0
        for byte in fetch.range {
          run = bytes.contains(byte) ? 0 : run + 1
          #expect(run <= gap, "a run of unwanted bytes")
        }
      }
    }
  }

  @Test("near ranges come by one request, far ones at once, all of one version")
  func requests() async throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let store = MeasuredStore(MemoryStore(["a": bytes]))
    let wanted = [10..<20, 30..<50, 99_990..<100_000, 15..<35, 7..<7]
    let sinks = wanted.map { _ in MemorySink(limit: 100) }
    let info = try await store.get("a", ranges: wanted, into: sinks, joiningGapsUpTo: 100)
    #expect(info?.byteCount == bytes.count)
    for (range, sink) in zip(wanted, sinks) { #expect(sink.takeBytes() == Array(bytes[range])) }
    #expect(store.metrics.snapshot[.get].requests == 2)
    #expect(try await store.get("a", ranges: [5..<5], into: [MemorySink(limit: 1)]) == nil)
    await expect(.misconfigured) { try await store.get("a", ranges: [5..<6], into: []) }
  }

  @Test("an object that is replaced between two requests is refused")
  func replaced() async throws {
    struct Replacing: StoreWrapper {
      let base: any ObjectStore
      func get(
        _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
      ) async throws(ObjectStoreError) -> ObjectInfo {
        let info = try await base.get(key, options: options, into: sink)
        _ = try await base.put(key, bytes: [UInt8](repeating: 9, count: 1000))
        return info
      }
    }
    let store = Replacing(base: MemoryStore(["a": [UInt8](repeating: 1, count: 1000)]))
    await expect(.preconditionFailed) {
      try await store.get(
        "a", ranges: [0..<10, 900..<910], into: [MemorySink(limit: 10), MemorySink(limit: 10)],
        joiningGapsUpTo: 0)
    }
  }
}
