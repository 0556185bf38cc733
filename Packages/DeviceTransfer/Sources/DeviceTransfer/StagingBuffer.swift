/// Host memory that a device copies from: page-locked where the device has such a thing.
///
/// Safe because it has one owner, and the memory is only touched through that owner: by the writer of a batch
/// before the copy starts, by the device until it ends.
public struct StagingBuffer: ~Copyable, @unchecked Sendable {
  /// The first byte, aligned to 256 bytes or more.
  public let address: UnsafeMutableRawPointer
  public let byteCount: Int
  private let free: @Sendable (UInt) -> Void

  /// - Parameter free: called once with the address when the buffer goes away.
  public init(
    address: UnsafeMutableRawPointer, byteCount: Int, free: @escaping @Sendable (_ address: UInt) -> Void
  ) {
    self.address = address
    self.byteCount = byteCount
    self.free = free
  }

  deinit { free(UInt(bitPattern: address)) }
}
