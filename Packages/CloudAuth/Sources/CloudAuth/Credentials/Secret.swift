import BinaryIO
import CCrypto

/// A key or token that prints as `…` and is overwritten when the last reference goes away.
///
/// The text that it was made from is not overwritten: read secrets as late as possible and keep no other
/// copy.
// Safe because the memory is written before the initializer returns and never again until `deinit`, when
// nobody else has a reference.
public final class Secret: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer

  /// Copies a text.
  public convenience init(_ text: String) { self.init(bytes: Array(text.utf8).span.bytes) }

  /// Copies bytes.
  public init(bytes: RawSpan) {
    memory = .allocate(byteCount: max(1, bytes.byteCount), alignment: 1)
    byteCount = bytes.byteCount
    bytes.withUnsafeBytes { memory.copyMemory(from: $0) }
  }

  deinit {
    // A plain store before `free` may be optimized away; this one may not.
    OPENSSL_cleanse(memory.baseAddress, memory.count)
    memory.deallocate()
  }

  /// The length in bytes.
  public let byteCount: Int

  /// Lends the bytes.
  public func withBytes<R, E>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<byteCount]).bytes)
  }

  /// The secret as text, for a header. The caller's copy is not overwritten.
  package var text: String { withBytes { String(decoding: $0.copied(), as: UTF8.self) } }
}

extension Secret: Equatable {
  /// Compares in a time that does not tell where the two differ.
  public static func == (left: Secret, right: Secret) -> Bool {
    left.byteCount == right.byteCount
      && CRYPTO_memcmp(left.memory.baseAddress, right.memory.baseAddress, left.byteCount) == 0
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "…" }
  public var debugDescription: String { "…" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
