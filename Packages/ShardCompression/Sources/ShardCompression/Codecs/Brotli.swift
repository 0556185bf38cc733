internal import CBrotli

/// Brotli over libbrotli: generic mode, window of 22 bits. The format has no checksum and no size.
enum Brotli: CodecImplementation {
  static let name = "br"
  static let levels = 0..<12
  static let defaultLevel = 11
  static let hasChecksum = false

  static func compress(_ raw: UnsafeRawBufferPointer, level: Int) throws(CodecError) -> [UInt8] {
    let bound = BrotliEncoderMaxCompressedSize(raw.count)
    guard bound > 0 else { throw .tooLarge(name, raw.count, limit: Int.max / 2) }
    var works = BROTLI_FALSE
    // Safe because the array's storage has `bound` bytes and the library is told so; it does not look at the address of
    // an empty input, which may be nil.
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      var size = bound
      works = BrotliEncoderCompress(
        Int32(level), BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, raw.count,
        raw.baseAddress?.assumingMemoryBound(to: UInt8.self), &size, buffer.baseAddress)
      count = works == BROTLI_FALSE ? 0 : size
    }
    guard works != BROTLI_FALSE else { throw .compressionFailed(name, "an error without a text") }
    return packed
  }

  static func makeDecoder(_ packed: UnsafeRawBufferPointer) throws(CodecError) -> any PieceDecoder {
    try Decoder(packed)
  }

  private final class Decoder: PieceDecoder {
    private let packed: UnsafeRawBufferPointer
    private let state: OpaquePointer
    private var consumed = 0
    private var ended = false

    init(_ packed: UnsafeRawBufferPointer) throws(CodecError) {
      self.packed = packed
      guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { throw .outOfMemory(name, 0) }
      self.state = state
    }

    deinit { BrotliDecoderDestroyInstance(state) }

    func read(into output: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
      guard !ended else { return 0 }
      // Safe because the library is told how much is left of either buffer and moves both pointers within them.
      var input = packed.baseAddress?.advanced(by: consumed).assumingMemoryBound(to: UInt8.self)
      var available = packed.count - consumed
      var target = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      var room = output.count
      let result = BrotliDecoderDecompressStream(state, &available, &input, &room, &target, nil)
      consumed = packed.count - available
      switch result {
      case BROTLI_DECODER_RESULT_SUCCESS:
        ended = true
        if available > 0 { throw .trailingBytes(name, available, after: consumed) }
      case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: break
      case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: throw .truncated(name, after: packed.count)
      default:
        let text = BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state)).map { String(cString: $0) }
        throw .damaged(name, text ?? "changed bytes")
      }
      return output.count - room
    }
  }
}
