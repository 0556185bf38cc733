internal import CBzip2

/// bzip2 over libbz2; every block has a CRC-32, and the stream another over all of them.
///
/// Not through libarchive, which copies each piece once more and takes a tenth longer for it.
enum Bzip2: CodecImplementation {
  static let name = "bz2"
  static let levels = 1..<10
  static let defaultLevel = 9
  static let hasChecksum = true

  /// The library counts in 32 bits, so a longer buffer goes in slices.
  private static let sliceByteCount = 1 << 30

  static func compress(_ raw: UnsafeRawBufferPointer, level: Int) throws(CodecError) -> [UInt8] {
    let stream = makeStream()
    defer { stream.deallocate() }
    // As upstream's Python: no messages, and the library's own choice of when to give up on repetitive content.
    guard BZ2_bzCompressInit(stream, Int32(level), 0, 0) == BZ_OK else { throw .outOfMemory(name, 0) }
    defer { BZ2_bzCompressEnd(stream) }
    // The library's manual promises 1 % and 600 bytes.
    let bound = raw.count + raw.count / 50 + 4096
    var status = BZ_RUN_OK
    // Safe because the library never writes through `next_in`, and is told how much is left of either buffer.
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      var (consumed, produced) = (0, 0)
      while status == BZ_RUN_OK || status == BZ_FINISH_OK {
        let input = min(raw.count - consumed, sliceByteCount)
        let room = min(bound - produced, sliceByteCount)
        stream.pointee.next_in = readOnly(raw, from: consumed)
        stream.pointee.avail_in = UInt32(input)
        stream.pointee.next_out = writable(UnsafeMutableRawPointer(buffer.baseAddress), from: produced)
        stream.pointee.avail_out = UInt32(room)
        status = BZ2_bzCompress(stream, consumed + input == raw.count ? BZ_FINISH : BZ_RUN)
        consumed += input - Int(stream.pointee.avail_in)
        produced += room - Int(stream.pointee.avail_out)
        if produced == bound, status != BZ_STREAM_END { status = BZ_OUTBUFF_FULL }
      }
      count = status == BZ_STREAM_END ? produced : 0
    }
    guard status == BZ_STREAM_END else { throw .compressionFailed(name, "status \(status)") }
    return packed
  }

  static func makeDecoder(_ packed: UnsafeRawBufferPointer) throws(CodecError) -> any PieceDecoder {
    guard !packed.isEmpty else { throw .truncated(name, after: 0) }
    return try Decoder(packed)
  }

  /// An empty state, on the heap: the library refuses one that has moved.
  private static func makeStream() -> UnsafeMutablePointer<bz_stream> {
    let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)
    stream.initialize(to: bz_stream())
    return stream
  }

  /// Where the library reads next; its type lacks the `const` that its manual promises.
  private static func readOnly(_ bytes: UnsafeRawBufferPointer, from offset: Int) -> UnsafeMutablePointer<
    CChar
  >? {
    UnsafeMutablePointer(
      mutating: bytes.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self))
  }

  /// Where the library writes next.
  private static func writable(_ start: UnsafeMutableRawPointer?, from offset: Int) -> UnsafeMutablePointer<
    CChar
  >? {
    start?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
  }

  private final class Decoder: PieceDecoder {
    private let packed: UnsafeRawBufferPointer
    private var consumed = 0
    /// Whether the library's state is between two streams, where it holds nothing.
    private var isBetweenStreams = true
    private let stream = makeStream()

    init(_ packed: UnsafeRawBufferPointer) throws(CodecError) {
      self.packed = packed
      try startStream()
    }

    deinit {
      if !isBetweenStreams { BZ2_bzDecompressEnd(stream) }
      stream.deallocate()
    }

    var consumedByteCount: Int? { consumed }

    func read(into output: UnsafeMutableRawBufferPointer) throws(CodecError) -> Int {
      var produced = 0
      while produced < output.count {
        if isBetweenStreams {
          if consumed == packed.count { break }
          try startStream()
        }
        let (input, room) = (
          min(packed.count - consumed, sliceByteCount), min(output.count - produced, sliceByteCount)
        )
        // Safe because the library never writes through `next_in`, and is told how much is left of either buffer.
        stream.pointee.next_in = readOnly(packed, from: consumed)
        stream.pointee.avail_in = UInt32(input)
        stream.pointee.next_out = writable(output.baseAddress, from: produced)
        stream.pointee.avail_out = UInt32(room)
        let result = BZ2_bzDecompress(stream)
        let (taken, given) = (input - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out))
        consumed += taken
        produced += given
        switch result {
        case BZ_STREAM_END: endStream()
        case BZ_OK where taken > 0 || given > 0: break
        case BZ_OK: throw .truncated(name, after: packed.count)
        case BZ_MEM_ERROR: throw .outOfMemory(name, 4 * 900_000)
        case BZ_DATA_ERROR_MAGIC: throw .damaged(name, "something else at the start")
        default: throw .damaged(name, "changed bytes before byte \(consumed)")
        }
      }
      return produced
    }

    private func startStream() throws(CodecError) {
      // Only the start of a stream tells one from bytes that belong to nothing.
      if consumed > 0, !isStream(at: consumed) {
        throw .trailingBytes(name, packed.count - consumed, after: consumed)
      }
      stream.pointee = bz_stream()
      guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw .outOfMemory(name, 1 << 16) }
      isBetweenStreams = false
    }

    private func endStream() {
      BZ2_bzDecompressEnd(stream)
      isBetweenStreams = true
    }

    private func isStream(at offset: Int) -> Bool {
      packed[offset...].starts(with: Array("BZh".utf8))
    }
  }
}
