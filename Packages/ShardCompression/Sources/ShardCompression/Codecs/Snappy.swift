internal import CSnappy

/// Snappy's raw block: a length and the body, without a checksum.
enum Snappy: CodecImplementation {
  static let name = "snappy"
  static let levels = 0..<0
  static let defaultLevel = 0
  static let hasChecksum = false

  static func compress(_ raw: UnsafeRawBufferPointer, level: Int) throws(CodecError) -> [UInt8] {
    guard raw.count <= Int(UInt32.max) else { throw .tooLarge(name, raw.count, limit: Int(UInt32.max)) }
    let bound = snappy_max_compressed_length(raw.count)
    var status = SNAPPY_OK
    // Safe because the array's storage has `bound` bytes and the library is told so. It wants an address for an empty
    // input too.
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      var size = bound
      buffer.withMemoryRebound(to: CChar.self) { target in
        let input = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
        status = snappy_compress(
          input ?? UnsafePointer(target.baseAddress), raw.count, target.baseAddress, &size)
      }
      count = status == SNAPPY_OK ? size : 0
    }
    guard status == SNAPPY_OK else { throw .compressionFailed(name, "status \(status.rawValue)") }
    return packed
  }

  static func decompress(_ packed: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer)
    throws(CodecError) -> Int
  {
    let input = packed.baseAddress?.assumingMemoryBound(to: CChar.self)
    var length = 0
    guard let input, snappy_uncompressed_length(input, packed.count, &length) == SNAPPY_OK else {
      throw .damaged(name, "no length at the start")
    }
    guard length <= output.count else { throw .tooLong(name, bound: output.count) }
    // Every two bytes of the body give at most 64, so a large claim over a small body is a lie; no need to try.
    guard length / 64 <= packed.count else { throw .damaged(name, "a body too small for its length") }
    // Safe because `length` bytes of `output` are there, as checked; the library wants an address for an empty output too.
    let status = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1) { spare in
      var size = length
      let target = output.baseAddress?.assumingMemoryBound(to: CChar.self) ?? spare.baseAddress
      return snappy_uncompress(input, packed.count, target, &size)
    }
    guard status == SNAPPY_OK else { throw .damaged(name, "a body that does not give its length") }
    return length
  }

  static func makeDecoder(_ packed: UnsafeRawBufferPointer) throws(CodecError) -> any PieceDecoder {
    throw .compressionFailed(name, "a request for pieces, which the format does not have")
  }
}
