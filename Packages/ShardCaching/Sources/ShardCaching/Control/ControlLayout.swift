/// Where things lie in the control file: a page for what the directory is, a record per shard, a slot per process.
///
/// All numbers are little-endian 64-bit words, but for the slots' tables of 32-bit times. The file is sparse: a slot takes
/// space when a process has it.
struct ControlLayout: Sendable {
  static let magic: UInt64 = 0x3143_4143_4D52_5453  // "STRMCAC1"
  static let headerByteCount = 4096
  /// The address stands at the end of the header's page.
  static let remoteOffset = 512
  static let remoteByteCount = headerByteCount - remoteOffset
  static let slotCount = 64
  static let recordWords = 3
  /// The words at the start of a slot, before its table.
  static let slotWords = 8

  let shardCount: Int

  /// Words of the header. The first six are what the check covers, besides the address.
  enum Word: Int {
    case magic, shardCount, index, remoteLength, indexTag, check
    case clock, downloads, evictions, quarantines
    var byteOffset: Int { 8 * rawValue }
  }

  func record(_ shard: Int) -> Int { Self.headerByteCount + 8 * Self.recordWords * shard }
  var recordsByteCount: Int { 8 * Self.recordWords * shardCount }
  private var slotStride: Int { (8 * Self.slotWords + 4 * shardCount + 63) / 64 * 64 }
  private var slotsOffset: Int { (Self.headerByteCount + recordsByteCount + 4095) / 4096 * 4096 }
  func slot(_ number: Int) -> Int { slotsOffset + number * slotStride }
  func slotTable(_ number: Int) -> Int { slot(number) + 8 * Self.slotWords }
  var slotTableByteCount: Int { 4 * shardCount }
  var byteCount: Int { slotsOffset + Self.slotCount * slotStride }
}

/// What the control file says of a shard.
struct ControlRecord: Sendable, Hashable {
  /// Bytes of the shard's files in the directory, or that they are going to have.
  var byteCount = 0
  /// Room was made for the shard, whose files are not all there yet.
  var isReserved = false
  /// When it was used last; larger is later.
  var lastUse: UInt64 = 0

  private static let reservedBit: UInt64 = 1 << 63

  init(byteCount: Int = 0, isReserved: Bool = false, lastUse: UInt64 = 0) {
    self.byteCount = byteCount
    self.isReserved = isReserved
    self.lastUse = lastUse
  }

  /// Reads a record; nil when it is torn, or made up. A record of zeros is that of a shard that is not here.
  init?(_ words: ArraySlice<UInt64>, shard: Int) {
    let first = words.startIndex
    let (size, use, check) = (words[first], words[first + 1], words[first + 2])
    if size == 0, use == 0, check == 0 {
      self.init()
      return
    }
    guard check == Self.check(size, use, shard), let byteCount = Int(exactly: size & ~Self.reservedBit) else {
      return nil
    }
    self.init(byteCount: byteCount, isReserved: size & Self.reservedBit != 0, lastUse: use)
  }

  func words(shard: Int) -> [UInt64] {
    let size = UInt64(max(0, byteCount)) | (isReserved ? Self.reservedBit : 0)
    return [size, lastUse, Self.check(size, lastUse, shard)]
  }

  private static func check(_ size: UInt64, _ use: UInt64, _ shard: Int) -> UInt64 {
    mixed(mixed(mixed(UInt64(shard) &+ 1) ^ size) ^ use) | 1
  }

  /// The finisher of SplitMix64: every bit of the result depends on every bit of the word.
  static func mixed(_ word: UInt64) -> UInt64 {
    var z = word &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
