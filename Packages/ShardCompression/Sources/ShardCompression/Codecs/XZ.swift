internal import CArchive

/// xz: LZMA2 with CRC-64 of the content.
enum XZ: ArchiveFilter {
  static let name = "xz"
  static let levels = 0..<10
  static let defaultLevel = 6
  static let hasChecksum = true
  static let filterCode = ARCHIVE_FILTER_XZ
  static let filterName = "xz"
}
