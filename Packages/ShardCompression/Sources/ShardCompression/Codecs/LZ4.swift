internal import CLZ4

/// LZ4 frames over liblz4: independent blocks of 256 KiB, the content's size and its XXH32.
///
/// Not through libarchive, whose 3.6 reader takes an empty frame for the end and ignores what follows, and whose writer
/// crashes without content.
enum LZ4: CodecImplementation {
  static let name = "lz4"
  static let levels = 1..<10
  static let defaultLevel = 1
  static let hasChecksum = true

  private static let decompressors = ContextPool<LZ4Decompressor>(capacity: 8)

  static func compress(_ raw: UnsafeRawBufferPointer, level: Int) throws(CodecError) -> [UInt8] {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.blockSizeID = LZ4F_max256KB
    preferences.frameInfo.blockMode = LZ4F_blockIndependent
    preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
    preferences.frameInfo.contentSize = UInt64(raw.count)
    preferences.compressionLevel = Int32(level)
    let bound = LZ4F_compressFrameBound(raw.count, &preferences)
    guard LZ4F_isError(bound) == 0 else { throw .tooLarge(name, raw.count, limit: Int.max / 2) }
    var code = 0
    // Safe because the array's storage has `bound` bytes and the library is told so.
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      code = LZ4F_compressFrame(buffer.baseAddress, bound, raw.baseAddress, raw.count, &preferences)
      count = LZ4F_isError(code) == 0 ? code : 0
    }
    guard LZ4F_isError(code) == 0 else {
      throw .compressionFailed(name, String(cString: LZ4F_getErrorName(code)))
    }
    return packed
  }

  static func makeDecoder(_ packed: UnsafeRawBufferPointer) throws(CodecError) -> any PieceDecoder {
    guard !packed.isEmpty else { throw .truncated(name, after: 0) }
    guard let decompressor = decompressors.take() ?? LZ4Decompressor() else { throw .outOfMemory(name, 0) }
    return Decoder(decompressor, packed)
  }

  private final class Decoder: PieceDecoder {
    private let decompressor: LZ4Decompressor
    private let packed: UnsafeRawBufferPointer
    private var consumed = 0
    /// The library's hint: 0 exactly when a frame has ended.
    private var hint = 1

    init(_ decompressor: LZ4Decompressor, _ packed: UnsafeRawBufferPointer) {
      self.decompressor = decompressor
      self.packed = packed
    }

    deinit {
      LZ4F_resetDecompressionContext(decompressor.context)
      decompressors.give(decompressor)
    }

    func read(into output: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
      var produced = 0
      while produced < output.count {
        if hint == 0, consumed == packed.count { break }
        var (given, taken) = (output.count - produced, packed.count - consumed)
        // Safe because the library is told how much is left of either buffer.
        let code = LZ4F_decompress(
          decompressor.context, output.baseAddress?.advanced(by: produced), &given,
          packed.baseAddress?.advanced(by: consumed), &taken, nil)
        guard LZ4F_isError(code) == 0 else { throw .damaged(name, String(cString: LZ4F_getErrorName(code))) }
        hint = code
        produced += given
        consumed += taken
        if given == 0, taken == 0, hint != 0 { throw .truncated(name, after: packed.count) }
      }
      return produced
    }
  }
}

final class LZ4Decompressor: @unchecked Sendable {
  // Safe because a context has one user at a time: it is in the pool or with one decoder, never both.
  let context: OpaquePointer
  init?() {
    var context: OpaquePointer?
    guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0, let context
    else {
      return nil
    }
    self.context = context
  }
  deinit { LZ4F_freeDecompressionContext(context) }
}
