/// Which byte of the control file stands for what: locks need no byte to be there, only an offset of its own.
enum CacheLockByte {
  /// The right to install the shard: download and decompress it.
  static func install(_ shard: Int) -> Int { shard }
  /// Held shared by everyone who needs the shard's files to stay, exclusively by who removes them.
  static func pin(_ shard: Int) -> Int { 1 << 40 | shard }
  /// The right to change how many bytes the cache holds.
  static let admission = 1 << 41
  /// The right to set up the control file and to clean the directory.
  static let start = 1 << 41 | 1
  /// Only for finding out whether the file system's locks exclude at all.
  static let probe = 1 << 41 | 2
  /// Held shared by everyone who waits for room.
  static let waiting = 1 << 41 | 3
  /// The right to compare the store's index with the one here.
  static let comparison = 1 << 41 | 4
  /// One of these is held by the process that has the slot: another one after each release that somebody waits for.
  static func turns(of slot: Int) -> Range<Int> { (1 << 43 | slot << 32)..<(1 << 43 | (slot + 1) << 32) }
  /// Held by the process that has the slot, for as long as it lives.
  static func slot(_ number: Int) -> Int { 1 << 42 | number }
}
