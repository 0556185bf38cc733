internal import CZstd

/// Zstandard over libzstd: one frame with content size and without checksum, as upstream's writer makes; any sequence of
/// frames, also skippable ones and such without a size, is read.
enum Zstandard: CodecImplementation {
  static let name = "zstd"
  static let levels = 1..<23
  static let defaultLevel = 3
  static let hasChecksum = false

  private static let compressors = ContextPool<ZstdCompressor>(capacity: 8)
  private static let decompressors = ContextPool<ZstdDecompressor>(capacity: 8)
  /// A context of the highest levels holds hundreds of megabytes: not kept.
  private static let keptByteCount = 1 << 24

  static func compress(_ raw: UnsafeRawBufferPointer, level: Int) throws(CodecError) -> [UInt8] {
    guard let compressor = compressors.take() ?? ZstdCompressor() else { throw .outOfMemory(name, 0) }
    let bound = ZSTD_compressBound(raw.count)
    guard ZSTD_isError(bound) == 0 else { throw .tooLarge(name, raw.count, limit: Int.max / 2) }
    var code = 0
    // Safe because the array's storage has `bound` bytes and the library is told so.
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      code = ZSTD_compressCCtx(
        compressor.context, buffer.baseAddress, bound, raw.baseAddress, raw.count, Int32(level))
      count = ZSTD_isError(code) == 0 ? code : 0
    }
    guard ZSTD_isError(code) == 0 else { throw .compressionFailed(name, text(code)) }
    if ZSTD_sizeof_CCtx(compressor.context) <= keptByteCount { compressors.give(compressor) }
    return packed
  }

  static func decompress(_ packed: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer)
    throws(CodecError) -> Int
  {
    guard !packed.isEmpty else { throw .truncated(name, after: 0) }
    guard let decompressor = decompressors.take() ?? ZstdDecompressor() else { throw .outOfMemory(name, 0) }
    defer { decompressors.give(decompressor) }
    let code = ZSTD_decompressDCtx(
      decompressor.context, output.baseAddress, output.count, packed.baseAddress, packed.count)
    if ZSTD_isError(code) == 0 { return code }
    switch ZSTD_getErrorCode(code) {
    case ZSTD_error_dstSize_tooSmall: throw .tooLong(name, bound: output.count)
    case ZSTD_error_srcSize_wrong: throw .truncated(name, after: packed.count)
    default: throw .damaged(name, text(code))
    }
  }

  static func makeDecoder(_ packed: UnsafeRawBufferPointer) throws(CodecError) -> any PieceDecoder {
    guard !packed.isEmpty else { throw .truncated(name, after: 0) }
    guard let decompressor = decompressors.take() ?? ZstdDecompressor() else { throw .outOfMemory(name, 0) }
    ZSTD_DCtx_reset(decompressor.context, ZSTD_reset_session_only)
    return Decoder(decompressor, packed)
  }

  private static func text(_ code: Int) -> String { String(cString: ZSTD_getErrorName(code)) }

  private final class Decoder: PieceDecoder {
    private let decompressor: ZstdDecompressor
    private var input: ZSTD_inBuffer
    /// The library's hint: 0 exactly when a frame has ended and was flushed.
    private var hint = 1
    private var isAtFrameStart = true
    /// What the frame's header declares, nil where it does not; and what the frame has given so far.
    private var declaredByteCount: UInt64?
    private var frameByteCount: UInt64 = 0

    init(_ decompressor: ZstdDecompressor, _ packed: UnsafeRawBufferPointer) {
      self.decompressor = decompressor
      input = ZSTD_inBuffer(src: packed.baseAddress, size: packed.count, pos: 0)
    }

    deinit {
      // The window of a large frame is not kept; see `keptByteCount`.
      if ZSTD_sizeof_DCtx(decompressor.context) <= keptByteCount { decompressors.give(decompressor) }
    }

    func read(into output: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
      // Safe because the library is told the size of either buffer, both of which outlive the call.
      var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
      while target.pos < target.size {
        if hint == 0, input.pos == input.size { break }
        if isAtFrameStart { startFrame() }
        let before = (input.pos, target.pos)
        let code = ZSTD_decompressStream(decompressor.context, &target, &input)
        guard ZSTD_isError(code) == 0 else { throw .damaged(name, text(code)) }
        hint = code
        frameByteCount += UInt64(target.pos - before.1)
        if hint == 0 { try endFrame() }
        if before == (input.pos, target.pos), hint != 0 { throw .truncated(name, after: input.size) }
      }
      return target.pos
    }

    private func startFrame() {
      // Safe because `pos` never leaves the input, which the library is told the rest of.
      let size = ZSTD_getFrameContentSize(input.src + input.pos, input.size - input.pos)
      // The two highest numbers mean that there is none, or no frame.
      declaredByteCount = size >= .max - 1 ? nil : size
      frameByteCount = 0
      isAtFrameStart = false
    }

    /// In pieces, the library does not miss what the header declares where the last block is empty.
    private func endFrame() throws(CodecError) {
      if let declaredByteCount, declaredByteCount != frameByteCount {
        throw .damaged(name, "\(frameByteCount) bytes in a frame of \(declaredByteCount)")
      }
      isAtFrameStart = true
    }
  }
}

final class ZstdCompressor: @unchecked Sendable {
  // Safe because a context has one user at a time: it is in the pool or with one call, never both.
  let context: OpaquePointer
  init?() {
    guard let context = ZSTD_createCCtx() else { return nil }
    self.context = context
  }
  deinit { ZSTD_freeCCtx(context) }
}

final class ZstdDecompressor: @unchecked Sendable {
  // Safe for the same reason as `ZstdCompressor`.
  let context: OpaquePointer
  init?() {
    guard let context = ZSTD_createDCtx() else { return nil }
    self.context = context
  }
  deinit { ZSTD_freeDCtx(context) }
}
