import BinaryIO
import ObjectStorage
import Synchronization
import SystemLibC

/// What the processes that use a cache directory know together, in its file `.streaming-cache`: mapped, and checked.
///
/// Locks on its bytes decide who may do what, and go with their process. Its content only says how many bytes each shard
/// takes, when it was used last and when each process needs it next: hints that are read under a check value, and taken
/// from the directory itself where that does not hold. The file is never replaced, as locks belong to it.
final class ControlFile: Sendable {
  let layout: ControlLayout
  let path: String
  private let file: FileDescriptor
  private let mapping: SharedMapping
  /// Pins and the slot of this process.
  let held: ByteLocks
  /// For the locks that remove shards: those held by this process exclude them too.
  let removing: ByteLocks
  private let pinCounts = Mutex<[Int: Int]>([:])
  let ownSlot = Mutex<Int?>(nil)
  let turn = Mutex(0)

  private init(path: String, layout: ControlLayout) throws(FileError) {
    self.path = path
    self.layout = layout
    held = try ByteLocks(path)
    removing = try ByteLocks(path)
    file = try FileDescriptor.open(path, .readWrite)
    if try file.status().byteCount < layout.byteCount { try file.resize(to: layout.byteCount) }
    mapping = try SharedMapping(file, byteCount: layout.byteCount)
  }

  /// What came of setting up the file.
  enum Outcome: Sendable, Hashable {
    /// It stood for this data set already.
    case asBefore
    /// There was none, or one that did not hold: nothing is known of the files in the directory.
    case new
    /// The directory belonged to another version of the index, or to another address.
    case other(hasOtherIndex: Bool)
  }

  /// Opens the directory's control file and makes it stand for `stamp`. The caller holds the lock `start`.
  /// - Throws: ``CacheError`` `.otherRemote`, `.otherIndex` when a live process uses the directory for something else;
  ///   `.directory` when it can't be written or its file system has no locks.
  static func open(_ directory: String, _ stamp: CacheStamp) throws(CacheError) -> (ControlFile, Outcome) {
    let path = directory + "/" + DirectoryLock.fileName
    do {
      let control = try ControlFile(path: path, layout: ControlLayout(shardCount: stamp.shardCount))
      guard try control.locksExclude() else {
        throw FileError(
          .other, path: path, expected: "file locks that exclude each other", found: "locks without effect",
          remedy: "choose a cache directory on a local disk, or on NFS version 4")
      }
      return (control, try control.claim(directory, stamp))
    } catch let error as CacheError {
      throw error
    } catch {
      let reason = error as? FileError
      throw CacheError(
        .directory, file: directory, expected: "a writable cache directory", found: reason?.found ?? "\(error)",
        remedy: reason?.remedy ?? "choose another directory", cause: error)
    }
  }

  /// Opens a directory's control file as it is; nil when there is none, or none that stands for so many shards.
  static func inspect(
    _ directory: String, shardCount: Int
  ) throws(CacheError) -> (file: ControlFile, stamp: CacheStamp)? {
    let path = directory + "/" + DirectoryLock.fileName
    do throws(FileError) {
      let layout = ControlLayout(shardCount: shardCount)
      guard let status = try FileSystem.status(of: path), status.byteCount >= layout.byteCount else { return nil }
      let control = try ControlFile(path: path, layout: layout)
      guard let stamp = stamp(in: control.mapping), stamp.shardCount == shardCount else { return nil }
      return (control, stamp)
    } catch {
      throw CacheError(directory: error, nil)
    }
  }

  private func locksExclude() throws(FileError) -> Bool {
    guard try held.tryLock(at: CacheLockByte.probe, exclusively: true) else { return true }
    defer { held.unlock(at: CacheLockByte.probe) }
    return try !removing.tryLock(at: CacheLockByte.probe, exclusively: false)
  }

  private func claim(_ directory: String, _ stamp: CacheStamp) throws -> Outcome {
    let known = Self.stamp(in: mapping)
    if known == stamp { return .asBefore }
    guard let known else {
      try reset(to: stamp)
      return .new
    }
    let hasOtherIndex = known.index != stamp.index || known.shardCount != stamp.shardCount
    // The layout of the known file tells where its slots are, but locks tell without it.
    if (0..<ControlLayout.slotCount).contains(where: { removing.isLockedElsewhere(at: CacheLockByte.slot($0)) }) {
      if known.remote == stamp.remote || stamp.remote == nil, !hasOtherIndex { return .asBefore }
      throw hasOtherIndex && known.remote == stamp.remote
        ? CacheError(
          .otherIndex, file: directory, expected: "the index that running processes use", found: "another one",
          remedy: "wait until they have ended, or choose another local directory")
        : CacheError(
          .otherRemote, file: directory, expected: "a directory of its own for \(stamp.remote ?? "a local data set")",
          found: "one in use for \(known.remote ?? "a local data set")", remedy: "give each data set its own local directory")
    }
    if !hasOtherIndex, stamp.remote == nil { return .asBefore }
    try reset(to: stamp)
    return .other(hasOtherIndex: hasOtherIndex)
  }

  /// The stamp of a control file, nil when it is no sound one.
  static func stamp(in mapping: SharedMapping) -> CacheStamp? {
    guard let words = mapping.words(at: 0, count: ControlLayout.Word.check.rawValue + 1),
      words[0] == ControlLayout.magic, let shardCount = Int(exactly: words[1]), let length = Int(exactly: words[3]),
      length <= ControlLayout.remoteByteCount,
      let text = mapping.read(ControlLayout.remoteOffset..<ControlLayout.remoteOffset + length),
      words[5] == check(words[..<5], text)
    else { return nil }
    return CacheStamp(
      shardCount: shardCount, index: words[2], remote: text.isEmpty ? nil : String(decoding: text, as: UTF8.self))
  }

  private static func check(_ words: ArraySlice<UInt64>, _ text: [UInt8]) -> UInt64 {
    let texts = text.isEmpty ? 0 : CacheStamp.hash(text.span.bytes)
    return words.reduce(texts) { ControlRecord.mixed($0 ^ $1) }
  }

  private func reset(to stamp: CacheStamp) throws(FileError) {
    // Written, not mapped: a full disk is an error here and not a lost page later.
    let header = [UInt8](repeating: 0, count: ControlLayout.headerByteCount)
    try file.write(header.span.bytes, at: 0)
    let zeros = [UInt8](repeating: 0, count: min(1 << 20, max(1, layout.recordsByteCount)))
    var done = 0
    while done < layout.recordsByteCount {
      let count = min(zeros.count, layout.recordsByteCount - done)
      try file.write(zeros.span.bytes.extracting(first: count), at: ControlLayout.headerByteCount + done)
      done += count
    }
    writeStamp(stamp, indexTag: 0)
  }

  private func writeStamp(_ stamp: CacheStamp, indexTag: UInt64) {
    let text = stamp.remoteText
    var words = [ControlLayout.magic, UInt64(stamp.shardCount), stamp.index, UInt64(text.count), indexTag]
    words.append(Self.check(words[...], text))
    mapping.write(text.span.bytes, at: ControlLayout.remoteOffset)
    mapping.write(words: words, at: 0)
  }

  /// A hash of the entity tag that the remote index had when it was last found to be this one; 0 when not known.
  var indexTag: UInt64 {
    get { mapping.words(at: ControlLayout.Word.indexTag.byteOffset, count: 1)?.first ?? 0 }
    set { if let stamp = Self.stamp(in: mapping) { writeStamp(stamp, indexTag: newValue) } }
  }

  /// Sets the file up anew where somebody cut it short or wrote over it; its locks are not touched by that.
  /// - Returns: whether that was needed, so that the records are to be taken from the directory.
  func restore(to stamp: CacheStamp) throws(FileError) -> Bool {
    if try file.status().byteCount >= layout.byteCount, Self.stamp(in: mapping)?.index == stamp.index { return false }
    try file.resize(to: layout.byteCount)
    try reset(to: stamp)
    return true
  }

  // MARK: Counters

  /// Adds to a counter; two processes at once may count one of the two.
  func count(_ word: ControlLayout.Word) {
    let value = mapping.words(at: word.byteOffset, count: 1)?.first ?? 0
    mapping.write(words: [value &+ 1], at: word.byteOffset)
  }

  func value(of word: ControlLayout.Word) -> UInt64 { mapping.words(at: word.byteOffset, count: 1)?.first ?? 0 }

  // MARK: Records

  /// All records, nil for those that do not hold.
  func records() -> [ControlRecord?] {
    let count = ControlLayout.recordWords
    guard let words = mapping.words(at: layout.record(0), count: count * layout.shardCount) else {
      return Array(repeating: nil, count: layout.shardCount)
    }
    return (0..<layout.shardCount).map { ControlRecord(words[count * $0..<count * ($0 + 1)], shard: $0) }
  }

  /// A shard's record, nil when it does not hold.
  func record(_ shard: Int) -> ControlRecord? {
    mapping.words(at: layout.record(shard), count: ControlLayout.recordWords).flatMap {
      ControlRecord($0[...], shard: shard)
    }
  }

  func write(_ record: ControlRecord, for shard: Int) {
    mapping.write(words: record.words(shard: shard), at: layout.record(shard))
  }

  /// Notes that a shard is used now: at a time that is later than all before it in this directory, and comparable with those
  /// of others, as the caches of several streams may share a limit. (Kulkarni et al. 2014, hybrid logical clocks.)
  func touch(_ shard: Int) {
    guard var record = record(shard) else { return }
    record.lastUse = max(value(of: .clock) &+ 1, UInt64(clamping: UnixTime.now.nanoseconds))
    mapping.write(words: [record.lastUse], at: ControlLayout.Word.clock.byteOffset)
    write(record, for: shard)
  }

  // MARK: Pins

  /// Keeps a shard's files from being removed, until `unpin`. Counted: several may pin at once.
  func pin(_ shard: Int) throws(FileError) {
    let isPinned = try pinCounts.withLock { counts throws(FileError) in
      if counts[shard] == nil {
        guard try held.tryLock(at: CacheLockByte.pin(shard), exclusively: false) else { return false }
      }
      counts[shard, default: 0] += 1
      return true
    }
    if isPinned { return }
    // Somebody is removing the files right now, which takes no longer than that: then they are gone.
    let remover = try FileLock.acquire(path, at: CacheLockByte.pin(shard))
    _ = consume remover
    try pin(shard)
  }

  func unpin(_ shard: Int) {
    let isLast = pinCounts.withLock { counts in
      guard let count = counts[shard] else { return false }
      counts[shard] = count > 1 ? count - 1 : nil
      if count == 1 { held.unlock(at: CacheLockByte.pin(shard)) }
      return count == 1
    }
    if isLast { passTurn() }
  }

  /// Runs `body` while nobody can pin the shard; nil, without running it, when somebody has pinned it.
  func withoutPins<R>(_ shard: Int, _ body: () throws(CacheError) -> R) throws(CacheError) -> R? {
    guard (try? removing.tryLock(at: CacheLockByte.pin(shard), exclusively: true)) == true else { return nil }
    defer { removing.unlock(at: CacheLockByte.pin(shard)) }
    return try body()
  }

  /// Runs `body` while nobody can install the shard; nil, without running it, when somebody is installing it.
  func whileNotInstalled<R>(_ shard: Int, _ body: () throws(CacheError) -> R) throws(CacheError) -> R? {
    guard (try? removing.tryLock(at: CacheLockByte.install(shard), exclusively: true)) == true else { return nil }
    defer { removing.unlock(at: CacheLockByte.install(shard)) }
    return try body()
  }

  /// Whether somebody has pinned the shard.
  func isPinned(_ shard: Int) -> Bool { removing.isLockedElsewhere(at: CacheLockByte.pin(shard)) }

  /// Whether somebody is installing the shard.
  func isBeingInstalled(_ shard: Int) -> Bool { removing.isLockedElsewhere(at: CacheLockByte.install(shard)) }

  // MARK: Slots

  /// What a live process tells of itself.
  struct Slot: Sendable, Hashable {
    let number: Int
    let process: Int
    /// Equal for the ranks of one run; 0 when the process tells no future.
    let job: UInt64
    /// The batch that it is at.
    let position: Int
  }

  /// Takes a slot for this process, so that others know of it. Nothing happens when all are taken.
  func claimSlot() throws(FileError) {
    for number in 0..<ControlLayout.slotCount
    where try held.tryLock(at: CacheLockByte.slot(number), exclusively: true) {
      ownSlot.withLock { $0 = number }
      let words = slotWords(job: 0, position: 0).map(\.littleEndian)
      try file.write(words.span.bytes, at: layout.slot(number))
      takeNextTurn()
      return
    }
  }

  /// The number of processes that use the directory, this one included.
  var processCount: Int { max(1, liveSlotNumbers.count) }

  var liveSlotNumbers: [Int] {
    (0..<ControlLayout.slotCount).filter { removing.isLockedElsewhere(at: CacheLockByte.slot($0)) }
  }

  /// The processes that use the directory, this one included.
  func liveSlots() -> [Slot] {
    liveSlotNumbers.compactMap { number in
      guard let words = mapping.words(at: layout.slot(number), count: 4), words[3] == Self.slotCheck(words) else {
        return nil
      }
      return Slot(
        number: number, process: Int(truncatingIfNeeded: words[0]), job: words[1], position: Int(clamping: words[2]))
    }
  }

  /// Publishes when this process needs each shard: the batch of its next use, `UInt32.max` where none is known.
  func publish(job: UInt64, position: Int, nextUses: [UInt32]) throws(FileError) {
    guard let number = ownSlot.withLock({ $0 }), nextUses.count == layout.shardCount else { return }
    // Written, not mapped, so that the space is there.
    let table = nextUses.map(\.littleEndian)
    try file.write(table.span.bytes, at: layout.slotTable(number))
    publish(job: job, position: position)
  }

  /// Publishes how far this process is.
  func publish(job: UInt64, position: Int) {
    guard let number = ownSlot.withLock({ $0 }) else { return }
    mapping.write(words: slotWords(job: job, position: position), at: layout.slot(number))
  }

  /// Publishes the next use of one shard.
  func publish(nextUse: UInt32, of shard: Int) {
    guard let number = ownSlot.withLock({ $0 }) else { return }
    let value = [nextUse.littleEndian]
    mapping.write(value.span.bytes, at: layout.slotTable(number) + 4 * shard)
  }

  /// Batches until this process uses the shard, nil when it has not told or knows of none.
  func ownBatchesUntilUse(of shard: Int) -> Int? {
    guard let number = ownSlot.withLock({ $0 }), let slot = liveSlots().first(where: { $0.number == number }) else {
      return nil
    }
    let offset = layout.slotTable(number) + 4 * shard
    guard let bytes = mapping.read(offset..<offset + 4) else { return nil }
    let value = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    return value == Int(UInt32.max) ? nil : max(0, value - slot.position)
  }

  /// For each shard the batches until the first of all processes uses it; nil where none knows of a use. Nil as a whole
  /// when the processes are of several runs, or one of them tells no future: their batches can't be compared.
  func batchesUntilUse() -> [Int?]? {
    let slots = liveSlots()
    guard let job = slots.first?.job, job != 0, slots.allSatisfy({ $0.job == job }) else { return nil }
    var least = [Int](repeating: .max, count: layout.shardCount)
    for slot in slots {
      let offset = layout.slotTable(slot.number)
      // Two entries a word; the table's last word may reach into the next slot's padding, never past the file.
      guard let words = mapping.words(at: offset, count: (layout.shardCount + 1) / 2) else { return nil }
      for shard in 0..<layout.shardCount {
        let value = UInt32(truncatingIfNeeded: words[shard / 2] >> (shard % 2 == 0 ? 0 : 32))
        if value != .max { least[shard] = min(least[shard], max(0, Int(value) - slot.position)) }
      }
    }
    return least.map { $0 == .max ? nil : $0 }
  }

  private func slotWords(job: UInt64, position: Int) -> [UInt64] {
    var words = [UInt64(UInt32(bitPattern: getpid())), job, UInt64(max(0, position)), 0]
    words[3] = Self.slotCheck(words)
    return words
  }

  private static func slotCheck(_ words: [UInt64]) -> UInt64 {
    ControlRecord.mixed(words[0] ^ ControlRecord.mixed(words[1] ^ ControlRecord.mixed(words[2]))) | 1
  }
}
