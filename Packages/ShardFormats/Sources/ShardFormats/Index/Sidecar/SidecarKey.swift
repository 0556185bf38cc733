internal import BinaryIO
internal import ShardHashing

/// What tells whether a side-car belongs to an index as it is now.
///
/// A new file has another number, a changed one another time of change, which nobody can set; bytes from all over the index
/// are compared too, for file systems that know neither.
struct SidecarKey: Equatable, Sendable {
  let byteCount: UInt64
  let modificationTime: UInt64
  let changeTime: UInt64
  let device: UInt64
  let number: UInt64
  let sample: UInt64

  static let wordCount = 6
  private static let blockCount = 64
  private static let blockByteCount = 4096

  var words: [UInt64] { [byteCount, modificationTime, changeTime, device, number, sample] }

  init(_ file: MappedFile, _ bytes: RawSpan) {
    let status = file.status
    byteCount = UInt64(bytes.byteCount)
    modificationTime = UInt64(bitPattern: Int64(status.modificationTime))
    changeTime = UInt64(bitPattern: Int64(status.changeTime))
    device = status.identity.device
    number = status.identity.number
    sample = Self.sample(of: bytes)
  }

  /// A hash of up to 64 blocks of 4 KiB at equal distances, the first and the last among them.
  private static func sample(of bytes: RawSpan) -> UInt64 {
    var hash = IncrementalHash(.xxh3_64)
    let last = max(0, bytes.byteCount - blockByteCount)
    for block in 0..<blockCount {
      let start = last / (blockCount - 1) * block
      hash.update(bytes.extracting(start..<min(start + blockByteCount, bytes.byteCount)))
    }
    hash.update(bytes.extracting(last..<bytes.byteCount))
    return hash.finalize().word
  }
}

extension HashDigest {
  /// The first 8 bytes as a number, most significant first.
  var word: UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
