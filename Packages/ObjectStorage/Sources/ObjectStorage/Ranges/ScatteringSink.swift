import BinaryIO
import Synchronization

/// Hands the bytes of one joined request to the sinks of the ranges inside it.
final class ScatteringSink: ByteSink {
  private let start: Int
  private let parts: [(range: Range<Int>, sink: any ByteSink)]
  private let received = Atomic<Int>(0)

  init(_ fetch: RangePlan.Fetch, of plan: RangePlan, into sinks: [any ByteSink]) {
    start = fetch.range.lowerBound
    parts = fetch.wanted.map { (plan.ranges[$0], sinks[$0]) }
  }

  var receivedByteCount: Int { received.load(ordering: .acquiring) }

  func write(_ bytes: RawSpan) throws(ObjectStoreError) {
    let first = start + receivedByteCount
    let piece = first..<(first + bytes.byteCount)
    for (range, sink) in parts {
      let common = range.clamped(to: piece)
      guard !common.isEmpty else { continue }
      try sink.write(bytes.extracting((common.lowerBound - first)..<(common.upperBound - first)))
    }
    received.store(piece.upperBound - start, ordering: .releasing)
  }
}
