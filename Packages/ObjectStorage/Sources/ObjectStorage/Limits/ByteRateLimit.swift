import Synchronization
import Threading

/// A limit of bytes a second, shared by all that use it. One direction each.
public final class ByteRateLimit: Sendable {
  private static let cause = StallCause("the limit of bytes a second")
  private let bucket: Mutex<TokenBucket>
  private let start = ContinuousClock.now
  /// Bytes a second.
  public let bytesPerSecond: Int

  /// Starts full.
  public init(bytesPerSecond: Int) {
    self.bytesPerSecond = max(1, bytesPerSecond)
    bucket = Mutex(TokenBucket(bytesPerSecond: bytesPerSecond))
  }

  /// Takes bytes; returns how long to wait before they may be moved.
  func take(_ byteCount: Int) -> Duration {
    bucket.withLock { $0.take(byteCount, at: start.duration(to: .now)) }
  }

  /// Waits until `byteCount` bytes may be moved.
  func take(_ byteCount: Int, for name: String) async throws(ObjectStoreError) {
    let wait = take(byteCount)
    guard wait > .zero else { return }
    do throws(WaitError) {
      try await delay(for: wait, charging: Self.cause)
    } catch {
      throw ObjectStoreError(.cancelled, url: name, detail: "cancelled while waiting for the byte rate")
    }
  }
}
