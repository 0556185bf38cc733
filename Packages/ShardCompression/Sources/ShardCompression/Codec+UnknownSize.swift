internal import CSnappy

extension Codec {
  /// Decompresses a whole file whose content's size nothing tells, as when an index is lost.
  /// - Parameter limit: the most bytes to accept.
  /// - Throws: ``CodecError`` `.tooLong` as soon as there is one more; otherwise as ``decompress(_:expecting:)``.
  package func decompress(_ packed: RawSpan, limit: Int) throws(CodecError) -> [UInt8] {
    if family == .snappy {
      let length = try Self.snappyLength(packed)
      guard length <= limit else { throw .tooLong(name, bound: limit) }
      guard length / 64 <= packed.byteCount else { throw .damaged(name, "a body too small for its length") }
      return try decompress(packed, expecting: length)
    }
    return try packed.withUnsafeBytes { (packed: UnsafeRawBufferPointer) throws(CodecError) in
      // Safe because the decoder does not leave this closure, in which `packed` stays valid.
      let decoder = try family.implementation.makeDecoder(packed)
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Codec.pieceByteCount, alignment: 64)
      defer { buffer.deallocate() }
      var content: [UInt8] = []
      while true {
        let count = try decoder.read(into: buffer)
        if count == 0 { return content }
        guard content.count + count <= limit else { throw .tooLong(name, bound: limit) }
        content.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
  }

  private static func snappyLength(_ packed: RawSpan) throws(CodecError) -> Int {
    var length = 0
    let status = packed.withUnsafeBytes {
      // Safe because the library reads at most as many bytes as it is told.
      snappy_uncompressed_length($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &length)
    }
    guard status == SNAPPY_OK else { throw .damaged("snappy", "no length at the start") }
    return length
  }
}
