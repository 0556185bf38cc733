import BinaryIO
import ShardHashing

/// Numbers that follow from parameters and take long to work out, kept in a file for all processes of a node.
///
/// Mapped read-only, so that processes share its pages; opening costs the same for any length. The content is cut into
/// pieces with a hash each, compared whenever a piece is read; behind it stand the parameters themselves, the hashes and
/// a record of fixed length, under a hash of their own. So a file of other parameters, a torn one, a flipped bit and a cut
/// are all found, and mean no more than to work the numbers out again. Numbers are little-endian. Any thread may call.
package final class OrderFile: Sendable {
  /// Bytes of the content.
  package let byteCount: Int
  private let file: MappedFile
  private let hashes: [UInt64]

  /// Bytes of each piece but the last: a part of the order that is read as one.
  package static let pieceByteCount = 1 << 16

  /// Opens a file; nil where there is none, or it is not whole, or of other parameters. Blocks on the file system.
  package convenience init?(path: String, parameters: [UInt8]) {
    guard let file = try? MappedFile(path: path) else { return nil }
    self.init(file, parameters: parameters.span.bytes)
  }

  private init?(_ file: MappedFile, parameters: RawSpan) {
    let found = try? file.guarding { bytes in OrderFileTail(of: bytes, parameters: parameters) }
    guard let tail = found ?? nil else { return nil }
    self.file = file
    byteCount = tail.contentByteCount
    hashes = tail.hashes
  }

  /// The pieces, in order.
  package var pieces: Range<Int> { 0..<hashes.count }

  /// Calls `body` with a piece's bytes, once they were found to be what was written; nil if they are not.
  ///
  /// What `body` made of bytes that another process takes away meanwhile is dropped.
  package func withPiece<R>(_ number: Int, _ body: (RawSpan) -> R) -> R? {
    guard hashes.indices.contains(number) else { return nil }
    let start = number * Self.pieceByteCount
    let end = min(byteCount, start + Self.pieceByteCount)
    let result: R?? = try? file.guarding { (bytes: RawSpan) -> R? in
      let piece = bytes.extracting(start..<end)
      return OrderFileTail.hash(piece) == hashes[number] ? body(piece) : nil
    }
    return result ?? nil
  }
}

/// What stands behind the content of an ``OrderFile``.
struct OrderFileTail {
  private static let magic: UInt64 = 0x3144_524F_4D52_5453  // "STRMORD1"
  /// Magic, bytes of the content, bytes of the parameters, hash of all of the tail before it.
  private static let recordByteCount = 32

  var contentByteCount = 0
  var hashes: [UInt64] = []

  init() {}

  /// Reads the tail of a file; nil unless it is whole and of these parameters.
  init?(of file: RawSpan, parameters: RawSpan) {
    let record = file.byteCount - Self.recordByteCount
    guard record >= 0, file.uint64(at: record) == Self.magic, let content = file.uint64(at: record + 8),
      file.uint64(at: record + 16) == UInt64(parameters.byteCount), content <= UInt64(record)
    else { return nil }
    contentByteCount = Int(content)
    let pieceCount = (contentByteCount + OrderFile.pieceByteCount - 1) / OrderFile.pieceByteCount
    let hashesStart = contentByteCount + parameters.byteCount
    guard record == hashesStart + 8 * pieceCount,
      let tail = file.slice(contentByteCount..<record + 24), file.uint64(at: record + 24) == Self.hash(tail),
      file.slice(contentByteCount..<hashesStart)?.isEqual(to: parameters) == true
    else { return nil }
    hashes.reserveCapacity(pieceCount)
    for piece in 0..<pieceCount { hashes.append(file.uint64(at: hashesStart + 8 * piece) ?? 0) }
  }

  /// The bytes of the tail.
  func encoded(parameters: RawSpan) -> [UInt8] {
    var bytes = parameters.copied()
    for word in hashes + [Self.magic, UInt64(contentByteCount), UInt64(parameters.byteCount)] { Self.append(word, to: &bytes) }
    Self.append(Self.hash(bytes.span.bytes), to: &bytes)
    return bytes
  }

  private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
  }

  static func hash(_ bytes: RawSpan) -> UInt64 {
    HashAlgorithm.xxh3_64.digest(of: bytes).word
  }
}
