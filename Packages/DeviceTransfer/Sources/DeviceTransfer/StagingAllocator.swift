import ColumnarBatch
import Threading

/// Gives a loader the device's staging memory, so that batches are assembled where the device reads them.
final class StagingAllocator<D: Device>: BufferAllocator {
  /// A staging buffer that several may hold: the loader's ring and a copy that runs.
  final class Lease: Sendable {
    let buffer: StagingBuffer
    init(_ buffer: consuming StagingBuffer) { self.buffer = buffer }
  }

  private let device: D
  /// By address. A handful of entries, looked up once per batch.
  private let leases = Monitor<[UInt: Lease]>([:])

  init(_ device: D) { self.device = device }

  func allocate(byteCount: Int) throws(BatchError) -> BufferMemory {
    do {
      let lease = Lease(try device.allocateStaging(byteCount))
      let memory = BufferMemory(address: lease.buffer.address, byteCount: lease.buffer.byteCount)
      leases.withLock { $0[UInt(bitPattern: memory.address)] = lease }
      return memory
    } catch {
      throw BatchError(
        .outOfMemory, expected: error.expected, found: error.found, remedy: error.remedy, cause: error)
    }
  }

  func deallocate(_ memory: BufferMemory) {
    // The last reference frees it, outside of the lock; a copy that still runs holds one.
    let lease = leases.withLock { $0.removeValue(forKey: UInt(bitPattern: memory.address)) }
    withExtendedLifetime(lease) {}
  }

  /// The staging buffer that the batch lies in, nil when its memory came from somewhere else.
  func lease(of batch: Batch) -> Lease? {
    guard batch.allocator === self else { return nil }
    // Safe because only the number is used.
    let address = batch.payload.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    return leases.withLock { $0[address] }
  }
}
