internal import BinaryIO
internal import ShardFormats

/// The start of an MDS file: the number of samples and where they lie.
enum MDSHeader {
  /// - Throws: ``ShardError`` `.truncated` when the file cannot hold that many offsets.
  static func sampleCount(of file: MappedFile) throws(ShardError) -> Int {
    guard let count = file.bytes.uint32(at: 0) else {
      throw ShardError(
        .truncated, file: file.path, byteOffset: 0, expected: "4 bytes for the number of samples",
        found: "\(file.byteCount)", remedy: ShardError.downloadAgain)
    }
    // At most 4 + 4 × 2^32: no overflow in 64 bits.
    let needed = 8 + 4 * Int(count)
    guard needed <= file.byteCount else {
      throw ShardError(
        .truncated, file: file.path, byteOffset: file.byteCount,
        expected: "\(needed) bytes for the offsets of \(count) samples", found: "\(file.byteCount)",
        remedy: ShardError.downloadAgain)
    }
    return Int(count)
  }

  /// Copies the offsets out of the file and checks that they ascend from behind themselves to the file's end.
  ///
  /// The copy is what makes the check last: nobody else can change it. One pass without branches, at memory speed.
  static func offsets(of file: MappedFile, sampleCount: Int) throws(ShardError) -> [UInt32] {
    let offsets = copiedWords(file.bytes.extracting(4..<8 + 4 * sampleCount))
    let words = offsets.span
    var descents: UInt32 = 0
    for index in 0..<sampleCount { descents |= words[index] > words[index + 1] ? 1 : 0 }
    let isBounded = Int(words[0]) >= 8 + 4 * sampleCount && Int(words[sampleCount]) == file.byteCount
    if descents == 0 && isBounded { return offsets }
    throw firstFault(offsets, in: file)
  }

  /// Names the first offset that is wrong.
  private static func firstFault(_ offsets: [UInt32], in file: MappedFile) -> ShardError {
    func fault(_ index: Int, _ expected: String) -> ShardError {
      ShardError(
        .badOffset, file: file.path, byteOffset: 4 + 4 * index,
        sample: index == offsets.count - 1 ? index - 1 : index,
        expected: expected, found: "\(offsets[index])", remedy: ShardError.downloadAgain)
    }
    let first = 4 + 4 * offsets.count
    if Int(offsets[0]) < first { return fault(0, "an offset from \(first) up") }
    for index in offsets.indices {
      if index > 0, offsets[index] < offsets[index - 1] {
        return fault(index, "an offset from \(offsets[index - 1]) up")
      }
      if Int(offsets[index]) > file.byteCount {
        return fault(index, "an offset up to the file's \(file.byteCount) bytes")
      }
    }
    return fault(offsets.count - 1, "the file's end, \(file.byteCount)")
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
