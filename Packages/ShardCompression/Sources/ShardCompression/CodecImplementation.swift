/// What one algorithm does, over a library. The pointers are valid during the call alone.
protocol CodecImplementation {
  /// The name in errors.
  static var name: String { get }
  /// The accepted levels; empty where the algorithm has none.
  static var levels: Range<Int> { get }
  /// The level of the name alone.
  static var defaultLevel: Int { get }
  /// Whether the format holds a checksum of the content.
  static var hasChecksum: Bool { get }

  static func compress(_ raw: UnsafeRawBufferPointer, level: Int) throws(CodecError) -> [UInt8]

  /// Decompresses all of `packed` to the start of `output`.
  /// - Returns: the number of bytes written.
  /// - Throws: `.tooLong` as soon as one more byte would come than `output` holds; what else is wrong with `packed`.
  static func decompress(_ packed: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer)
    throws(CodecError) -> Int

  /// Starts to decompress piece by piece; `packed` must outlive the decoder.
  static func makeDecoder(_ packed: UnsafeRawBufferPointer) throws(CodecError) -> any PieceDecoder
}

/// Decompression under way.
protocol PieceDecoder: AnyObject {
  /// Writes the next bytes of the content to the start of `output`, which is not empty.
  /// - Returns: how many, at least one; 0 at the end, once everything there is to check was checked.
  func read(into output: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int
  /// Bytes of the compressed form that were read so far; nil where the library does not tell.
  var consumedByteCount: Int? { get }
}

extension PieceDecoder {
  var consumedByteCount: Int? { nil }
}

extension CodecImplementation {
  /// Reads to the end through a decoder, for libraries without a call that does it at once.
  static func decompress(_ packed: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer)
    throws(CodecError) -> Int
  {
    let decoder = try makeDecoder(packed)
    var count = 0
    while count < output.count {
      let step = try decoder.read(into: UnsafeMutableRawBufferPointer(rebasing: output[count...]))
      if step == 0 { return count }
      count += step
    }
    // Safe because the buffer lives on the stack for the closure alone and the decoder writes at most its one byte.
    let surplus = try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) {
      (byte: UnsafeMutableRawBufferPointer) throws(CodecError) in try decoder.read(into: byte)
    }
    guard surplus == 0 else { throw .tooLong(name, bound: output.count) }
    return count
  }
}
