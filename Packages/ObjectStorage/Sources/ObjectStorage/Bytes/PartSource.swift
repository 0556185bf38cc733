/// A range of a source as a source.
package struct PartSource: ByteSource {
  private let base: any ByteSource
  private let range: Range<Int>

  /// - Parameter range: the bytes to give, inside `base`.
  package init(_ base: any ByteSource, _ range: Range<Int>) {
    self.base = base
    self.range = range
  }

  package var byteCount: Int { range.count }
  package var pace: SendingPace? { base.pace }

  package func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError) {
    guard byteOffset >= 0, byteOffset < range.count else { return }
    let wanted = min(out.freeCapacity, range.count - byteOffset)
    if wanted == out.freeCapacity {
      try base.read(at: range.lowerBound + byteOffset, into: &out)
    } else {
      // The base would go on past the part's end.
      let piece = MemorySource(try base.bytes(at: range.lowerBound + byteOffset, count: wanted))
      try piece.read(at: 0, into: &out)
    }
  }
}
