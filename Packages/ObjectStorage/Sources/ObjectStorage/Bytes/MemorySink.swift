public import BinaryIO
import Synchronization

/// Collects bytes in memory, up to a limit.
public final class MemorySink: ByteSink {
  /// The most bytes it takes.
  public let limit: ByteCount
  private let bytes = Mutex<[UInt8]>([])
  private let received = Atomic<Int>(0)

  /// Makes an empty sink.
  /// - Parameter limit: the most bytes it takes; one more throws `.tooLarge`.
  public init(limit: ByteCount) { self.limit = limit }

  public var receivedByteCount: Int { received.load(ordering: .acquiring) }

  public func write(_ bytes: RawSpan) throws(ObjectStoreError) {
    let total = receivedByteCount + bytes.byteCount
    guard total <= limit.value else {
      throw ObjectStoreError(
        .tooLarge, url: "memory", detail: "expected at most \(limit.value) bytes, found \(total)")
    }
    self.bytes.withLock { kept in
      // Safe because the borrowed bytes are only copied from, within this call.
      bytes.withUnsafeBytes { kept.append(contentsOf: $0) }
    }
    received.store(total, ordering: .releasing)
  }

  /// Hands over the bytes received so far and forgets them; the count stays.
  public func takeBytes() -> [UInt8] {
    bytes.withLock { kept in
      let taken = kept
      kept = []
      return taken
    }
  }
}
