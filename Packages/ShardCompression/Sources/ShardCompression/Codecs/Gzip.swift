internal import CDeflate

/// Gzip. Whole buffers go through libdeflate, pieces through zlib; both check CRC-32 and length of every member.
///
/// The header holds no time, so that equal content gives equal files; upstream stamps the current second.
enum Gzip: CodecImplementation {
  static let name = "gz"
  static let levels = 0..<10
  static let defaultLevel = 9
  static let hasChecksum = true

  private static let compressors = levels.map { _ in ContextPool<DeflateCompressor>(capacity: 4) }
  private static let decompressors = ContextPool<DeflateDecompressor>(capacity: 8)

  static func compress(_ raw: UnsafeRawBufferPointer, level: Int) throws(CodecError) -> [UInt8] {
    let pool = compressors[level]
    guard let compressor = pool.take() ?? DeflateCompressor(level: level) else { throw .outOfMemory(name, 0) }
    defer { pool.give(compressor) }
    let bound = libdeflate_gzip_compress_bound(compressor.context, raw.count)
    // Safe because the array's storage has `bound` bytes and the library is told so.
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      count = libdeflate_gzip_compress(
        compressor.context, raw.baseAddress, raw.count, buffer.baseAddress, bound)
    }
    guard !packed.isEmpty else { throw .compressionFailed(name, "no room in its own bound") }
    return packed
  }

  static func decompress(_ packed: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer)
    throws(CodecError) -> Int
  {
    guard let decompressor = decompressors.take() ?? DeflateDecompressor() else {
      throw .outOfMemory(name, 0)
    }
    defer { decompressors.give(decompressor) }
    var (consumed, produced) = (0, 0)
    repeat {
      let member = UnsafeRawBufferPointer(rebasing: packed[consumed...])
      let free = UnsafeMutableRawBufferPointer(rebasing: output[produced...])
      if consumed > 0, !isMember(member) { throw .trailingBytes(name, member.count, after: consumed) }
      var (taken, given) = (0, 0)
      // Safe because the library is told the size of either buffer and writes within it.
      let result = libdeflate_gzip_decompress_ex(
        decompressor.context, member.baseAddress, member.count, free.baseAddress, free.count, &taken, &given)
      switch result {
      case LIBDEFLATE_SUCCESS: break
      case LIBDEFLATE_INSUFFICIENT_SPACE: throw .tooLong(name, bound: output.count)
      default: throw .damaged(name, "bytes that are cut off or changed")
      }
      consumed += taken
      produced += given
      // Python's reader skips zeros behind a member: some tapes and tools pad with them.
      while consumed < packed.count, packed[consumed] == 0 { consumed += 1 }
    } while consumed < packed.count
    return produced
  }

  static func makeDecoder(_ packed: UnsafeRawBufferPointer) throws(CodecError) -> any PieceDecoder {
    try Decoder(packed)
  }

  /// Whether a further member starts here, as opposed to bytes that belong to nothing.
  fileprivate static func isMember(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
  }

  private final class Decoder: PieceDecoder {
    private let packed: UnsafeRawBufferPointer
    private var consumed = 0
    private var ended = false
    private var stream = z_stream()

    init(_ packed: UnsafeRawBufferPointer) throws(CodecError) {
      self.packed = packed
      // 15 bits of window, +16: gzip's wrapping and no other.
      let result = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      guard result == Z_OK else { throw .outOfMemory(name, 0) }
    }

    deinit { inflateEnd(&stream) }

    var consumedByteCount: Int? { consumed }

    func read(into output: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
      var produced = 0
      while produced < output.count {
        if ended, try !startMember() { break }
        // zlib counts in 32 bits, so a longer input goes in slices.
        let (input, room) = (min(packed.count - consumed, 1 << 30), min(output.count - produced, 1 << 30))
        // Safe because zlib never writes through `next_in`, and is told the size of either buffer.
        stream.next_in = UnsafeMutablePointer(
          mutating: packed.baseAddress?.advanced(by: consumed).assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(input)
        stream.next_out = output.baseAddress?.advanced(by: produced).assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(room)
        let result = inflate(&stream, Z_NO_FLUSH)
        let (taken, given) = (input - Int(stream.avail_in), room - Int(stream.avail_out))
        consumed += taken
        produced += given
        switch result {
        case Z_STREAM_END: ended = true
        case Z_OK where taken > 0 || given > 0: break
        case Z_OK, Z_BUF_ERROR: throw .truncated(name, after: packed.count)
        case Z_MEM_ERROR: throw .outOfMemory(name, 1 << 15)
        default: throw .damaged(name, stream.msg.map { String(cString: $0) } ?? "changed bytes")
        }
      }
      return produced
    }

    /// Moves on to the next member. False: there is none.
    private func startMember() throws(CodecError) -> Bool {
      while consumed < packed.count, packed[consumed] == 0 { consumed += 1 }
      guard consumed < packed.count else { return false }
      guard isMember(UnsafeRawBufferPointer(rebasing: packed[consumed...])) else {
        throw .trailingBytes(name, packed.count - consumed, after: consumed)
      }
      guard inflateReset(&stream) == Z_OK else { throw .damaged(name, "a state that cannot start again") }
      ended = false
      return true
    }
  }
}

final class DeflateCompressor: @unchecked Sendable {
  // Safe because a context has one user at a time: it is in the pool or with one call, never both.
  let context: OpaquePointer
  init?(level: Int) {
    guard let context = libdeflate_alloc_compressor(Int32(level)) else { return nil }
    self.context = context
  }
  deinit { libdeflate_free_compressor(context) }
}

final class DeflateDecompressor: @unchecked Sendable {
  // Safe for the same reason as `DeflateCompressor`.
  let context: OpaquePointer
  init?() {
    guard let context = libdeflate_alloc_decompressor() else { return nil }
    self.context = context
  }
  deinit { libdeflate_free_decompressor(context) }
}
