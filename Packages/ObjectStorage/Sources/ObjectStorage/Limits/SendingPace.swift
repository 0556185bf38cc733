import Synchronization

/// The pace of one write's bytes, by a limit that it shares with others.
public final class SendingPace: Sendable {
  private let limit: ByteRateLimit
  private let count = Atomic<Int>(0)

  /// Shares a limit.
  public init(_ limit: ByteRateLimit) { self.limit = limit }

  /// Bytes that were asked for.
  var takenByteCount: Int { count.load(ordering: .acquiring) }

  /// Takes bytes off the limit.
  /// - Returns: how long to wait before they may be sent. Never blocks; from any thread.
  public func take(_ byteCount: Int) -> Duration {
    count.wrappingAdd(byteCount, ordering: .releasing)
    return limit.take(byteCount)
  }
}

/// A source whose bytes are sent at a pace.
struct PacedSource: ByteSource {
  let base: any ByteSource
  let own: SendingPace

  var byteCount: Int { base.byteCount }
  var pace: SendingPace? { own }

  func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError) {
    try base.read(at: byteOffset, into: &out)
  }
}
