/// Checked little-endian loads: nil where the bytes end, never a trap; no alignment needed.
extension RawSpan {
  /// The byte at `byteOffset`, nil past the end.
  @inlinable public func uint8(at byteOffset: Int) -> UInt8? { load(at: byteOffset) }
  /// The little-endian `UInt16` at `byteOffset`, nil when fewer than 2 bytes are there.
  @inlinable public func uint16(at byteOffset: Int) -> UInt16? {
    (load(at: byteOffset) as UInt16?).map(UInt16.init(littleEndian:))
  }
  /// The little-endian `UInt32` at `byteOffset`, nil when fewer than 4 bytes are there.
  @inlinable public func uint32(at byteOffset: Int) -> UInt32? {
    (load(at: byteOffset) as UInt32?).map(UInt32.init(littleEndian:))
  }
  /// The little-endian `UInt64` at `byteOffset`, nil when fewer than 8 bytes are there.
  @inlinable public func uint64(at byteOffset: Int) -> UInt64? {
    (load(at: byteOffset) as UInt64?).map(UInt64.init(littleEndian:))
  }

  /// The bytes in `range`, nil when it is not all inside.
  @inlinable
  @_lifetime(copy self)
  public func slice(_ range: Range<Int>) -> RawSpan? {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else { return nil }
    return extracting(range)
  }

  @inlinable func load<T: FixedWidthInteger & BitwiseCopyable>(at byteOffset: Int) -> T? {
    guard byteOffset >= 0, byteOffset <= byteCount - MemoryLayout<T>.size else { return nil }
    return unsafeLoadUnaligned(fromByteOffset: byteOffset, as: T.self)
  }
}

extension RawSpan {
  /// A copy of the bytes.
  @inlinable public func copied() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      // Safe because the buffer has room for `byteCount` bytes.
      withUnsafeBytes { source in UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source) }
      count = byteCount
    }
  }

  /// Whether both hold the same bytes.
  @inlinable public func isEqual(to other: RawSpan) -> Bool {
    guard byteCount == other.byteCount else { return false }
    // Safe because the pointers stay in this call.
    return withUnsafeBytes { left in other.withUnsafeBytes { right in left.elementsEqual(right) } }
  }
}
