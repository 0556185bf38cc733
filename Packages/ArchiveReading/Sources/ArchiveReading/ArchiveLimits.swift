public import BinaryIO

/// How much an archive may unpack to. Archives come from anywhere, and a small one may state or hold anything.
public struct ArchiveLimits: Sendable, Hashable {
  /// The most bytes of a member; memory grows with what was really read, not with what a header states.
  public var memberByteCount: ByteCount
  /// How many times the bytes read of the file its content may be, beyond the first 64 MiB of it.
  ///
  /// Images hardly shrink, text shrinks to a tenth; zeros shrink to a thousandth and less.
  public var expansion: Int

  public init(memberByteCount: ByteCount = .gigabytes(1), expansion: Int = 200) {
    self.memberByteCount = memberByteCount
    self.expansion = expansion
  }

  /// Content that is let through whatever the file's size.
  static let freeByteCount = 1 << 26
}
