/// One allocation that holds a batch: sample ids, fixed columns, offsets, then ragged values, each 256-byte
/// aligned.
///
/// Lives in a ``BufferRing`` and is used again; it grows when a batch needs more than all before it.
///
/// Safe because it has one owner at a time: the ring's free list, one ``BatchAssembly`` (the only writer), or
/// one ``Batch`` (readers only). The hand-over from one to the next goes through the ring's lock or the
/// batch's reference.
package final class BatchBuffer: @unchecked Sendable {
  /// Where one column lies, in bytes from the buffer's start.
  package struct Region: Sendable {
    package var byteOffset = 0
    package var byteCount = 0
    /// Start of the `rowCount + 1` offsets of a ragged column, or of the `rowCount` lengths of a padded one.
    package var offsetsByteOffset = 0
    /// Elements of each row of a padded column.
    package var rowLength = 0
    /// Where a padded column goes once its rows are shaped, and the bytes there.
    var paddedByteOffset = 0
    var paddedCapacity = 0
  }

  /// What devices read at full width, and the start of every column.
  package static let alignment = 256

  package let allocator: any BufferAllocator
  private var memory = BatchBuffer.none
  package internal(set) var regions: [Region] = []
  package internal(set) var rowCount = 0
  /// Bytes in use, padding included.
  package internal(set) var byteCount = 0

  package init(allocator: any BufferAllocator) { self.allocator = allocator }

  deinit { if capacity > 0 { allocator.deallocate(memory) } }

  /// The first byte.
  package var base: UnsafeMutableRawPointer { memory.address }
  package var capacity: Int { memory.byteCount }

  /// Makes room for `count` bytes, keeping the first `byteCount` ones.
  func reserve(_ count: Int, hint: Int) throws(BatchError) -> UnsafeMutableRawPointer {
    if capacity >= count { return base }
    // An eighth more than asked: batches of ragged rows differ a little, and each growth costs page faults.
    let (padded, overflow) = count.addingReportingOverflow(count / 8 + 4095)
    guard !overflow else { throw BatchBuffer.tooLarge() }
    let grown = try allocator.allocate(byteCount: max(padded & ~4095, hint))
    if capacity > 0 {
      grown.address.copyMemory(from: base, byteCount: min(byteCount, capacity))
      allocator.deallocate(memory)
    }
    memory = grown
    return grown.address
  }

  static func tooLarge(column: String? = nil) -> BatchError {
    BatchError(
      .outOfMemory, column: column, expected: "a batch whose size fits in Int", found: "a larger one",
      remedy: "lower the batch size")
  }

  /// Bytes of the buffer, for views that keep it alive themselves.
  func bytes(at byteOffset: Int, count: Int) -> UnsafeRawBufferPointer {
    // Safe because offsets come from `regions`, which lie within the reserved memory, and nobody writes to a
    // buffer that a batch owns.
    UnsafeRawBufferPointer(start: base + byteOffset, count: count)
  }

  /// Elements of the buffer, at an aligned offset, for views that keep it alive themselves.
  func elements<T: BitwiseCopyable>(at byteOffset: Int, count: Int, as type: T.Type) -> UnsafeBufferPointer<T>
  {
    // Safe for the reason above; regions are aligned for every element type.
    let start = UnsafePointer((base + byteOffset).assumingMemoryBound(to: T.self))
    return UnsafeBufferPointer(start: start, count: count)
  }

  // Safe because it only stands for "no memory": its length is 0, so nothing is read from or written to it.
  private static let none = BufferMemory(address: .allocate(byteCount: 256, alignment: 256), byteCount: 0)
}
