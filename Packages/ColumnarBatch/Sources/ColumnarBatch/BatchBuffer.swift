/// One allocation that holds a batch: sample ids, fixed columns, offsets, then ragged values, each 64-byte aligned.
///
/// Lives in a ``BufferRing`` and is used again; it grows when a batch needs more than all before it.
///
/// Safe because it has one owner at a time: the ring's free list, one ``BatchAssembly`` (the only writer), or one
/// ``Batch`` (readers only). The hand-over from one to the next goes through the ring's lock or the batch's reference.
package final class BatchBuffer: @unchecked Sendable {
  /// Where one column lies, in bytes from the buffer's start.
  package struct Region: Sendable {
    package var byteOffset = 0
    package var byteCount = 0
    /// Start of the `rowCount + 1` offsets of a ragged column.
    package var offsetsByteOffset = 0
  }

  package static let alignment = 64

  package let allocator: any BufferAllocator
  private var memory: BufferMemory?
  package internal(set) var regions: [Region] = []
  package internal(set) var rowCount = 0
  /// Bytes in use, padding included.
  package internal(set) var byteCount = 0

  package init(allocator: any BufferAllocator) { self.allocator = allocator }

  deinit { if let memory { allocator.deallocate(memory) } }

  /// The first byte; valid after the first `reserve`.
  package var base: UnsafeMutableRawPointer? { memory?.address }
  package var capacity: Int { memory?.byteCount ?? 0 }

  /// Makes room for `count` bytes, keeping the first `byteCount` ones.
  func reserve(_ count: Int, hint: Int) throws(BatchError) -> UnsafeMutableRawPointer {
    if let memory, memory.byteCount >= count { return memory.address }
    // An eighth more than asked: batches of ragged rows differ a little, and each growth costs page faults.
    let (padded, overflow) = count.addingReportingOverflow(count / 8 + 4095)
    guard !overflow else { throw BatchBuffer.tooLarge() }
    let grown = try allocator.allocate(byteCount: max(padded & ~4095, hint))
    if let memory {
      grown.address.copyMemory(from: memory.address, byteCount: min(byteCount, memory.byteCount))
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
    // Safe because offsets come from `regions`, which lie within the reserved memory, and nobody writes to a buffer
    // that a batch owns.
    UnsafeRawBufferPointer(start: base.map { UnsafeRawPointer($0 + byteOffset) }, count: count)
  }

  /// Elements of the buffer, at a 64-byte aligned offset, for views that keep it alive themselves.
  func elements<T: BitwiseCopyable>(at byteOffset: Int, count: Int, as type: T.Type) -> UnsafeBufferPointer<T> {
    // Safe for the reason above; regions are aligned for every element type.
    let start = base.map { UnsafePointer(($0 + byteOffset).assumingMemoryBound(to: T.self)) }
    return UnsafeBufferPointer(start: start, count: count)
  }
}
