internal import SystemLibC

extension Codec {
  /// Decompresses a whole file to exactly the number of bytes that the index states.
  ///
  /// Content that goes on stops at that number plus one byte: a bomb costs no more memory than an honest file of that size.
  /// Several gzip members, bzip2 streams, zstd, lz4 and xz frames in a row are read as one. Blocks for as long as it computes;
  /// any thread.
  /// - Throws: ``CodecError`` `.tooLong`, `.tooShort`, `.damaged`, `.truncated`, `.trailingBytes`, `.outOfMemory`. A codec
  ///   without a checksum (see ``hasChecksum``) cannot notice every damage: check the shard's hash.
  public func decompress(_ packed: RawSpan, expecting byteCount: Int) throws(CodecError) -> [UInt8] {
    try requireMemory(byteCount)
    return try [UInt8](capacity: byteCount) { (out: inout OutputSpan<UInt8>) throws(CodecError) in
      try out.withUnsafeMutableBufferPointer { buffer, count throws(CodecError) in
        count = try decompress(packed, exactly: byteCount, into: UnsafeMutableRawBufferPointer(buffer))
      }
    }
  }

  /// Decompresses a whole file to the end of the caller's buffer, without a copy in between.
  /// - Parameter out: needs room for `byteCount` bytes, and gains exactly these, or none when an error is thrown.
  /// - Throws: as ``decompress(_:expecting:)``; `.noRoom`.
  public func decompress(_ packed: RawSpan, expecting byteCount: Int, into out: inout OutputRawSpan)
    throws(CodecError)
  {
    guard byteCount <= out.freeCapacity else {
      throw CodecError(
        .noRoom, name, expected: "room for \(byteCount) bytes", found: "\(out.freeCapacity)",
        remedy: "Give a larger buffer")
    }
    try out.withUnsafeMutableBytes { buffer, count throws(CodecError) in
      // Safe because the part behind the initialised bytes is the caller's to fill, and is as long as checked above.
      let free = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
      count += try decompress(packed, exactly: byteCount, into: free)
    }
  }

  /// Decompresses a whole file piece by piece, for a shard that goes to a file and not to memory.
  ///
  /// `receive` gets the content in order in pieces of at most 256 KiB, together never more than `byteCount` bytes. What it
  /// was given counts only once the call has returned: damage may show late. Holds one piece, besides the codec's window;
  /// but snappy, whose format does not allow it, and gzip up to 64 MiB, for speed, hold the whole content.
  /// - Throws: as ``decompress(_:expecting:)``; `.receiverFailed` with the error of `receive` as its cause.
  public func decompress<E: Error>(
    _ packed: RawSpan, expecting byteCount: Int, forEachPiece receive: (RawSpan) throws(E) -> Void
  ) throws(CodecError) {
    let wholeUpTo = family == .snappy ? Int.max : family == .gz ? 1 << 26 : -1
    try decompress(packed, expecting: byteCount, wholeUpTo: wholeUpTo, forEachPiece: receive)
  }

  /// The same, with the size up to which the content is held as a whole.
  ///
  /// libdeflate, which knows no pieces, is twice as fast as zlib, which does.
  package func decompress<E: Error>(
    _ packed: RawSpan, expecting byteCount: Int, wholeUpTo: Int,
    forEachPiece receive: (RawSpan) throws(E) -> Void
  ) throws(CodecError) {
    guard byteCount >= 0 else { throw .tooLong(name, bound: byteCount) }
    if byteCount <= wholeUpTo {
      let whole = try decompress(packed, expecting: byteCount)
      var start = 0
      while start < byteCount {
        let end = min(start + Codec.pieceByteCount, byteCount)
        try deliver(whole.span.bytes.extracting(start..<end), to: receive)
        start = end
      }
      return
    }
    try packed.withUnsafeBytes { (packed: UnsafeRawBufferPointer) throws(CodecError) in
      // Safe because the decoder does not leave this closure, in which `packed` stays valid, and each piece is handed on
      // as a span over the part of the buffer that the decoder has just filled.
      let decoder = try family.implementation.makeDecoder(packed)
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Codec.pieceByteCount, alignment: 64)
      defer { buffer.deallocate() }
      var left = byteCount
      while true {
        let room = min(Codec.pieceByteCount, left == .max ? left : left + 1)
        let count = try decoder.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]))
        if count == 0 { break }
        guard count <= left else { throw .tooLong(name, bound: byteCount) }
        left -= count
        try deliver(UnsafeRawBufferPointer(rebasing: buffer[..<count]).bytes, to: receive)
      }
      guard left == 0 else { throw .tooShort(name, bound: byteCount, found: byteCount - left) }
    }
  }

  /// The largest piece of the form with a closure: measured to cost nothing, and small beside the second-level cache.
  static let pieceByteCount = 1 << 18

  private func deliver<E: Error>(_ piece: RawSpan, to receive: (RawSpan) throws(E) -> Void) throws(CodecError)
  {
    do { try receive(piece) } catch {
      throw CodecError(
        .receiverFailed, name, expected: "the receiver to take \(piece.byteCount) bytes", found: "\(error)",
        remedy: "See the cause", cause: error)
    }
  }

  private func decompress(
    _ packed: RawSpan, exactly byteCount: Int, into output: UnsafeMutableRawBufferPointer
  )
    throws(CodecError) -> Int
  {
    guard byteCount >= 0 else { throw .tooLong(name, bound: byteCount) }
    let count = try packed.withUnsafeBytes { (packed: UnsafeRawBufferPointer) throws(CodecError) in
      // Safe because no implementation keeps a pointer beyond the call, and none writes past the slice it is given.
      try family.implementation.decompress(
        packed, into: UnsafeMutableRawBufferPointer(rebasing: output[..<byteCount]))
    }
    guard count == byteCount else { throw .tooShort(name, bound: byteCount, found: count) }
    return count
  }

  /// Asks the system for the memory before an array does, which would trap: the size comes from an index and may lie.
  private func requireMemory(_ byteCount: Int) throws(CodecError) {
    guard byteCount >= 0 else { throw .tooLong(name, bound: byteCount) }
    guard byteCount > 1 << 26 else { return }
    let (total, overflow) = byteCount.addingReportingOverflow(1 << 12)
    guard !overflow, let probe = malloc(total) else { throw .outOfMemory(name, byteCount) }
    free(probe)
  }
}
