/// Bytes in memory as a source.
public struct MemorySource: ByteSource {
  private let bytes: [UInt8]

  /// Wraps bytes; they are shared, not copied.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var byteCount: Int { bytes.count }

  public func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError) {
    guard byteOffset >= 0, byteOffset < bytes.count else { return }
    let end = byteOffset + min(out.freeCapacity, bytes.count - byteOffset)
    let part = bytes.span.extracting(byteOffset..<end)
    out.withUnsafeMutableBufferPointer { buffer, count in
      part.withUnsafeBufferPointer { source in
        // Safe because `part.count` is at most the free capacity, and the two memories are not the same.
        _ = UnsafeMutableBufferPointer(rebasing: buffer[count...]).initialize(fromContentsOf: source)
        count += source.count
      }
    }
  }
}
