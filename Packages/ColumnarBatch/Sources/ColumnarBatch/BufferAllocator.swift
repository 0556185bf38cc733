import BinaryIO
import SystemLibC

/// Memory of one batch buffer.
///
/// Safe because only the buffer that holds it touches the bytes, and hands them to one owner at a time.
public struct BufferMemory: @unchecked Sendable {
  /// The first byte; aligned to at least 256 bytes.
  public let address: UnsafeMutableRawPointer
  public let byteCount: Int

  public init(address: UnsafeMutableRawPointer, byteCount: Int) {
    self.address = address
    self.byteCount = byteCount
  }
}

/// Gives the memory in which batches are assembled.
///
/// A device passes page-locked memory here, so that what the loader threads gather is what the device reads.
/// Called from any thread, rarely: when a ring starts and when a batch is larger than all before it.
public protocol BufferAllocator: AnyObject, Sendable {
  /// Memory of at least `byteCount` > 0 bytes, aligned to 256 bytes or more; its content is undefined.
  /// - Throws: ``BatchError`` `.outOfMemory`.
  func allocate(byteCount: Int) throws(BatchError) -> BufferMemory

  /// Takes back what ``allocate(byteCount:)`` gave, exactly once.
  func deallocate(_ memory: BufferMemory)
}

/// Ordinary memory, page-aligned.
public final class HostAllocator: BufferAllocator {
  /// The allocator of this process; it has no state.
  public static let shared = HostAllocator()

  /// Alignment of the memory in bytes.
  public static let alignment = 4096

  public func allocate(byteCount: Int) throws(BatchError) -> BufferMemory {
    var address: UnsafeMutableRawPointer?
    guard posix_memalign(&address, Self.alignment, byteCount) == 0, let address else {
      throw BatchError(
        .outOfMemory, expected: "\(ByteCount(byteCount)) of memory for a batch", found: "none",
        remedy: "lower the batch size or the number of batches in flight")
    }
    // A batch is written from end to end, by every batch again: few, large pages.
    if byteCount >= 1 << 20 { adviseLargePages(UnsafeMutableRawBufferPointer(start: address, count: byteCount)) }
    return BufferMemory(address: address, byteCount: byteCount)
  }

  public func deallocate(_ memory: BufferMemory) { free(memory.address) }
}
