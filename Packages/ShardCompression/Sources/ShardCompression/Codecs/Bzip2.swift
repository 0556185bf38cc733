internal import CArchive

/// bzip2; every block has a CRC-32, and the stream another over all of them.
enum Bzip2: ArchiveFilter {
  static let name = "bz2"
  static let levels = 1..<10
  static let defaultLevel = 9
  static let hasChecksum = true
  static let filterCode = ARCHIVE_FILTER_BZIP2
  static let filterName = "bzip2"
}
