public import CDLPack
public import ColumnarBatch

extension TensorView {
  /// Hands the elements over in DLPack's layout of version 1, with the read-only flag.
  ///
  /// The batch's memory is kept until the tensor's deleter is called, once, on any thread: by whoever takes the tensor
  /// over, or by the caller. Each call makes a tensor of its own; three small allocations, no copy of elements.
  public func versionedTensor() -> UnsafeMutablePointer<DLManagedTensorVersioned> {
    let lease = TensorLease(self)
    let tensor = UnsafeMutablePointer<DLManagedTensorVersioned>.allocate(capacity: 1)
    // Safe because the lease is retained until the deleter releases it, and the deleter is called once.
    tensor.initialize(
      to: DLManagedTensorVersioned(
        version: DLPackVersion(major: UInt32(DLPACK_MAJOR_VERSION), minor: UInt32(DLPACK_MINOR_VERSION)),
        manager_ctx: Unmanaged.passRetained(lease).toOpaque(),
        deleter: { tensor in
          guard let tensor else { return }
          TensorLease.end(tensor.pointee.manager_ctx)
          tensor.deallocate()
        },
        // DLPACK_FLAG_BITMASK_READ_ONLY, whose C expression Swift does not import.
        flags: isReadOnly ? 1 : 0, dl_tensor: lease.tensor))
    return tensor
  }

  /// Hands the elements over in DLPack's layout before version 1, which has no read-only flag: the consumer has to know.
  ///
  /// The batch's memory is kept until the tensor's deleter is called, as told at ``versionedTensor()``.
  public func unversionedTensor() -> UnsafeMutablePointer<DLManagedTensor> {
    let lease = TensorLease(self)
    let tensor = UnsafeMutablePointer<DLManagedTensor>.allocate(capacity: 1)
    // Safe for the same reason.
    tensor.initialize(
      to: DLManagedTensor(
        dl_tensor: lease.tensor, manager_ctx: Unmanaged.passRetained(lease).toOpaque(),
        deleter: { tensor in
          guard let tensor else { return }
          TensorLease.end(tensor.pointee.manager_ctx)
          tensor.deallocate()
        }))
    return tensor
  }

  /// The address of the batch's memory.
  static func start(of batch: Batch) -> UInt {
    // Safe because only the number is used, and whoever uses it keeps the batch.
    batch.payload.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
  }
}

extension DType {
  /// The element in DLPack's terms; bytes and text are `uint8`.
  public var tensorType: DLDataType {
    let code =
      switch self {
      case .uint8, .uint16, .uint32, .uint64, .bytes, .string: kDLUInt
      case .int8, .int16, .int32, .int64: kDLInt
      case .float16, .float32, .float64: kDLFloat
      }
    return DLDataType(code: UInt8(code.rawValue), bits: UInt8(itemByteCount * 8), lanes: 1)
  }
}

/// What a tensor that was handed over keeps: the batch, and the memory of its extents.
private final class TensorLease {
  let tensor: DLTensor
  private let owner: any AnyObject & Sendable
  private let extents: UnsafeMutablePointer<Int64>

  init(_ view: TensorView) {
    let rank = view.shape.count
    owner = view.owner
    // Shape, then strides; never without memory, as a number has no extents.
    extents = .allocate(capacity: max(2 * rank, 1))
    var stride = 1
    for axis in view.shape.indices.reversed() {
      // Safe because `axis` and `rank + axis` are below the capacity. The products fit: where one is above the batch's
      // size, an extent is 0.
      (extents + axis).initialize(to: Int64(view.shape[axis]))
      (extents + rank + axis).initialize(to: Int64(stride))
      stride = stride.multipliedReportingOverflow(by: max(view.shape[axis], 1)).partialValue
    }
    tensor = DLTensor(
      data: UnsafeMutableRawPointer(bitPattern: view.address), device: view.device, ndim: Int32(rank),
      dtype: view.dtype.tensorType, shape: extents, strides: extents + rank,
      // The address has it all: PyTorch ignores the offset.
      byte_offset: 0)
  }

  deinit { extents.deallocate() }

  /// Lets go of what a tensor kept.
  static func end(_ context: UnsafeMutableRawPointer?) {
    // Safe because the context is a lease that was retained when the tensor was made.
    guard let context else { return }
    Unmanaged<TensorLease>.fromOpaque(context).release()
  }
}
