package import BinaryIO

/// The start of an MDS or `.meta` file: the number of samples, and where each starts and the last one ends.
package enum OffsetTable {
  /// - Throws: ``ShardError`` `.truncated` when the file cannot hold that many offsets.
  package static func sampleCount(of file: MappedFile) throws(ShardError) -> Int {
    guard let count = file.bytes.uint32(at: 0) else {
      throw ShardError(
        .truncated, file: file.path, byteOffset: 0, expected: "4 bytes for the number of samples",
        found: "\(file.byteCount)", remedy: ShardError.downloadAgain)
    }
    // At most 4 + 4 × 2^32: no overflow in 64 bits.
    let needed = byteCount(sampleCount: Int(count))
    guard needed <= file.byteCount else {
      throw ShardError(
        .truncated, file: file.path, byteOffset: file.byteCount,
        expected: "\(needed) bytes for the offsets of \(count) samples", found: "\(file.byteCount)",
        remedy: ShardError.downloadAgain)
    }
    return Int(count)
  }

  /// The bytes of the count and the offsets.
  package static func byteCount(sampleCount: Int) -> Int { 8 + 4 * sampleCount }

  /// Copies the offsets out of the file and checks that they ascend from where samples may start to where they end.
  ///
  /// The copy is what makes the check last: nobody else can change it. One pass without branches, at memory speed.
  /// - Parameter first: the least that the first offset may be.
  /// - Parameter end: what the last offset must be.
  /// - Throws: ``ShardError`` `.badOffset`, naming the first that is wrong.
  package static func offsets(
    of file: MappedFile, sampleCount: Int, first: Int, end: Int
  ) throws(ShardError) -> [UInt32] {
    let offsets = copiedWords(file.bytes.extracting(4..<byteCount(sampleCount: sampleCount)))
    let words = offsets.span
    var descents: UInt32 = 0
    for index in 0..<sampleCount { descents |= words[index] > words[index + 1] ? 1 : 0 }
    if descents == 0, Int(words[0]) >= first, Int(words[sampleCount]) == end { return offsets }
    throw firstFault(offsets, first: first, end: end, file: file.path)
  }

  private static func firstFault(_ offsets: [UInt32], first: Int, end: Int, file: String) -> ShardError {
    func fault(_ index: Int, _ expected: String) -> ShardError {
      ShardError(
        .badOffset, file: file, byteOffset: 4 + 4 * index, sample: max(0, min(index, offsets.count - 2)),
        expected: expected, found: "\(offsets[index])", remedy: ShardError.downloadAgain)
    }
    if Int(offsets[0]) < first { return fault(0, "an offset from \(first) up") }
    for index in offsets.indices {
      if index > 0, offsets[index] < offsets[index - 1] {
        return fault(index, "an offset from \(offsets[index - 1]) up")
      }
      if Int(offsets[index]) > end { return fault(index, "an offset up to \(end), the end of the samples") }
    }
    return fault(offsets.count - 1, "\(end), the end of the samples")
  }

  /// The little-endian words of bytes whose number is a multiple of 4.
  private static func copiedWords(_ bytes: RawSpan) -> [UInt32] {
    let words = [UInt32](unsafeUninitializedCapacity: bytes.byteCount / 4) { buffer, count in
      // Safe because the buffer has room for byteCount / 4 words and exactly those bytes are copied into it.
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      count = bytes.byteCount / 4
    }
    return UInt32(littleEndian: 1) == 1 ? words : words.map(UInt32.init(littleEndian:))
  }
}
