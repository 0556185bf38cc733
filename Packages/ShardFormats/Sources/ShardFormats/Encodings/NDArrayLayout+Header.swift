internal import BinaryIO

extension NDArrayLayout {
  /// The element type of a stored array and the bytes before its elements; nil unless the rest of the bytes are exactly the
  /// elements. ``NDArrayView`` tells why.
  ///
  /// For loops over many arrays: allocates nothing.
  package func header(of column: RawSpan) -> (type: NDArrayType, byteCount: Int)? {
    var position = 0
    var type = self.type
    if type == nil {
      type = column.uint8(at: 0).flatMap(NDArrayType.init(rawValue:))
      position = 1
    }
    guard let type else { return nil }
    var needed = type.byteCount
    if let shape {
      guard let byteCount = NDArray.byteCount(type: type, shape: shape) else { return nil }
      needed = byteCount
    } else {
      guard let packed = column.uint8(at: position), packed >> 2 > 0 else { return nil }
      position += 1
      for _ in 0..<(packed >> 2) {
        let dimension: UInt64? =
          switch packed & 3 {
          case 0: column.uint8(at: position).map(UInt64.init)
          case 1: column.uint16(at: position).map(UInt64.init)
          case 2: column.uint32(at: position).map(UInt64.init)
          default: column.uint64(at: position)
          }
        guard let dimension, let dimension = Int(exactly: dimension), dimension > 0 else { return nil }
        let (product, overflow) = needed.multipliedReportingOverflow(by: dimension)
        guard !overflow else { return nil }
        needed = product
        position += 1 << Int(packed & 3)
      }
    }
    return needed == column.byteCount - position ? (type, position) : nil
  }
}
