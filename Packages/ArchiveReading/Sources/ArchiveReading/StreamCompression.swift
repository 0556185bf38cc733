internal import BinaryIO
internal import CArchive

/// How a whole file is compressed, told by its first bytes.
enum StreamCompression: Sendable {
  case gzip, bzip2, xz, zstd, lz4

  /// The compression of a file; nil for none that is known here, as for an empty file.
  init?(of path: String) throws(FileError) {
    let start = try FileDescriptor.open(path, .read).read(count: 6, at: 0)
    let magics: [(StreamCompression, [UInt8])] = [
      (.gzip, [0x1F, 0x8B]), (.bzip2, [0x42, 0x5A, 0x68]), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
      (.zstd, [0x28, 0xB5, 0x2F, 0xFD]), (.lz4, [0x04, 0x22, 0x4D, 0x18]),
    ]
    guard let found = magics.first(where: { start.starts(with: $0.1) }) else { return nil }
    self = found.0
  }

  /// Lets libarchive undo it.
  func allow(in archive: OpaquePointer) -> Int32 {
    switch self {
    case .gzip: archive_read_support_filter_gzip(archive)
    case .bzip2: archive_read_support_filter_bzip2(archive)
    case .xz: archive_read_support_filter_xz(archive)
    case .zstd: archive_read_support_filter_zstd(archive)
    case .lz4: archive_read_support_filter_lz4(archive)
    }
  }

  /// All of them, for a stream that cannot be looked at beforehand. Never libarchive's `_all`, which runs programs.
  static let all: [StreamCompression] = [.gzip, .bzip2, .xz, .zstd, .lz4]
}
