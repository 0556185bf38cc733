internal import BinaryIO

/// An array where it lies in a shard: type, shape, and the elements' little-endian bytes in C order.
public struct NDArrayView: ~Escapable {
  public let type: NDArrayType
  /// Each dimension ≥ 1.
  public let shape: [Int]
  /// The elements' bytes, exactly as many as type and shape need.
  public let bytes: RawSpan

  /// Reads what the encoding stores before the elements, and checks that they are all there.
  /// - Throws: ``ShardError`` `.undecodable`.
  @_lifetime(copy column)
  public init(_ column: RawSpan, layout: NDArrayLayout) throws(ShardError) {
    let header = try NDArrayHeader(column, layout: layout)
    type = header.type
    shape = header.shape
    bytes = column.extracting(header.byteCount..<column.byteCount)
  }

  /// The number of elements.
  public var count: Int { bytes.byteCount / type.byteCount }

  /// The elements where they lie, when they are of that type and the shard has them at an aligned place; nil otherwise.
  @_lifetime(copy self)
  public func span<Element: NDArrayElement>(of element: Element.Type = Element.self) -> Span<Element>? {
    guard Element.ndarrayType == type else { return nil }
    return bytes.isAligned(for: Element.self) ? Span(_bytes: bytes) : nil
  }

  /// A copy of the elements, when they are of that type.
  public func elements<Element: NDArrayElement>(as element: Element.Type = Element.self) -> [Element]? {
    guard Element.ndarrayType == type else { return nil }
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for byteOffset in stride(from: 0, to: bytes.byteCount, by: type.byteCount) {
      elements.append(Element(littleEndianIn: bytes, at: byteOffset))
    }
    return elements
  }
}

/// What stands before an array's elements.
struct NDArrayHeader {
  var type: NDArrayType
  var shape: [Int]
  /// The bytes before the elements.
  var byteCount: Int

  /// - Throws: ``ShardError`` `.undecodable` unless the rest of the bytes are exactly the elements.
  init(_ column: RawSpan, layout: NDArrayLayout) throws(ShardError) {
    func refuse(_ expected: String, _ found: String) -> ShardError {
      ShardError(.undecodable, expected: expected, found: found, remedy: ShardError.downloadAgain)
    }
    var position = 0
    if let type = layout.type {
      self.type = type
    } else {
      guard let code = column.uint8(at: 0) else { throw refuse("an array's type code", "no byte") }
      guard let type = NDArrayType(rawValue: code) else { throw refuse("an array's type code", "\(code)") }
      self.type = type
      position = 1
    }
    if let shape = layout.shape {
      self.shape = shape
    } else {
      guard let packed = column.uint8(at: position) else { throw refuse("an array's shape", "no byte") }
      position += 1
      let width = 1 << Int(packed & 3)
      shape = []
      shape.reserveCapacity(Int(packed >> 2))
      for _ in 0..<(packed >> 2) {
        let dimension: UInt64? =
          switch width {
          case 1: column.uint8(at: position).map(UInt64.init)
          case 2: column.uint16(at: position).map(UInt64.init)
          case 4: column.uint32(at: position).map(UInt64.init)
          default: column.uint64(at: position)
          }
        guard let dimension else {
          throw refuse("\(packed >> 2) dimensions of \(width) bytes", "\(column.byteCount) bytes")
        }
        guard let dimension = Int(exactly: dimension), dimension > 0 else {
          throw refuse("dimensions from 1 up", "\(dimension)")
        }
        shape.append(dimension)
        position += width
      }
      guard !shape.isEmpty else { throw refuse("at least one dimension", "none") }
    }
    byteCount = position
    guard let needed = NDArray.byteCount(type: type, shape: shape), needed == column.byteCount - position
    else {
      throw refuse(
        "the elements of an array of \(type.name) of shape \(shape)", "\(column.byteCount - position) bytes")
    }
  }
}
