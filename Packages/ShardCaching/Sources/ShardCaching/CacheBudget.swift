public import BinaryIO
public import CachePlanning
public import ObjectStorage
import ShardFormats
import Synchronization
package import Threading

/// The bytes that the directories of a data set may take together, over all processes that use them.
///
/// Room is made before a download begins: its bytes count from then on. What goes is chosen by the plans of all processes
/// of the run (clairvoyant), or by last use where the processes are of several runs. Any thread may call.
public final class CacheBudget: Sendable {
  /// The limit in bytes, the indexes included.
  public let limit: ByteCount
  /// The policy where plans are comparable.
  public let policy: EvictionPolicy
  private let metrics: (any MetricsRecorder)?
  private let members = Mutex<[CacheDirectory]>([])
  private let releases = Monitor<UInt64>(0)
  private let evictionCount = Mutex(0)

  private let looks = Monitor(0)

  private static let space = StallCause("room in the cache")
  /// So long a fetch that nobody waits for leaves alone what is needed sooner.
  private static let patience = Duration.milliseconds(100)

  /// A budget to give to every cache of a data set.
  /// - Parameter metrics: is told of evictions.
  public init(limit: ByteCount, policy: EvictionPolicy = .clairvoyant, metrics: (any MetricsRecorder)? = nil) {
    self.limit = limit
    self.policy = policy
    self.metrics = metrics
  }

  /// Shards that this process has evicted.
  public var evictedShardCount: Int { evictionCount.withLock { $0 } }

  /// How often room was looked for.
  package var lookCount: Int { looks.withLock { $0 } }

  /// Suspends until room was looked for so often.
  package func waitForLooks(_ count: Int, until deadline: Deadline) async throws(WaitError) {
    _ = try await looks.waitAsync(until: deadline, charging: Self.space) { $0 >= count ? true : nil }
  }

  /// Bytes that all directories hold now, as their control files say.
  public var residentByteCount: Int {
    members.withLock { $0 }.reduce(0) { sum, member in
      sum + member.besides + member.control.records().reduce(0) { $0 + ($1?.byteCount ?? 0) }
    }
  }

  func add(_ member: CacheDirectory) {
    members.withLock { members in
      // One order for all processes: their locks are taken in it.
      members.append(member)
      members.sort { $0.path < $1.path }
    }
  }

  // MARK: Making room

  /// What may be done to make room for a shard.
  enum Claim: Sendable {
    /// Only what is needed later than it goes, and nobody waits: where there is no room, there is none.
    case modest
    /// Only what is needed later goes, at first.
    case patient
    /// Whatever is not pinned goes: a batch waits for it.
    case urgent
  }

  /// Makes room for a shard and reserves it, suspending while all that could go is in use.
  /// - Returns: whether there is room now; not for a modest claim alone.
  func reserve(
    _ shard: Int, in member: CacheDirectory, _ claim: Claim, until deadline: Deadline
  ) async throws(CacheError) -> Bool {
    // After a wait nothing matters but progress: what others may need sooner goes too, unless it is pinned.
    var claim = claim
    var isListening = false
    while true {
      let seen = releases.withLock { $0 }
      if isListening { try await listen() }
      if try await look(shard, member, claim, until: deadline) { return true }
      if claim == .modest { return false }
      guard !deadline.hasPassed else { throw full(shard, member) }
      // Looked at once more after others know that somebody waits: what they let go of before is seen then.
      guard isListening else {
        isListening = true
        continue
      }
      let end = claim == .patient ? Deadline.earlier(deadline, .after(Self.patience)) : deadline
      do throws(WaitError) {
        _ = try await releases.waitAsync(until: end, charging: Self.space) { $0 == seen ? nil : $0 }
      } catch {
        if error.reason == .cancelled {
          throw CacheError(
            .cancelled, file: member.path, shard: shard, expected: "room in the cache", found: "\(error)", remedy: "",
            cause: error)
        }
      }
      claim = .urgent
    }
  }

  private func look(
    _ shard: Int, _ member: CacheDirectory, _ claim: Claim, until deadline: Deadline
  ) async throws(CacheError) -> Bool {
    looks.notifying { $0 += 1 }
    var locks: [DirectoryLock] = []
    for path in members.withLock({ $0.map(\.path) }) {
      locks.append(try await DirectoryLock.acquire(in: path, at: CacheLockByte.admission, shard, until: deadline))
    }
    defer { withExtendedLifetime(locks) {} }
    return try await BlockingPool.shared.run { () throws(CacheError) in
      try self.reserveLocked(shard, in: member, claim)
    }
  }

  /// Has other processes tell when they let go of something.
  private func listen() async throws(CacheError) {
    try await BlockingPool.shared.run { () throws(CacheError) in
      for member in self.members.withLock({ $0 }) {
        do throws(FileError) {
          // Weak: a thread that still listens must not keep the cache's locks.
          try member.watch.listen(to: member.control) { [weak self, weak member] isGone in
            if isGone, let self, let member { self.listenToInstalls(of: member) }
            self?.released()
          }
        } catch {
          throw CacheError(directory: error, nil)
        }
      }
    }
  }

  /// After the death of a process: its reservations are free once its locks are, which the kernel drops one by one.
  private func listenToInstalls(of member: CacheDirectory) {
    for (shard, record) in member.control.records().enumerated()
    where record?.isReserved == true && member.control.isBeingInstalled(shard) {
      try? member.watch.listen(to: member.control, installing: shard) { [weak self] in self?.released() }
    }
  }

  private func full(_ shard: Int, _ member: CacheDirectory) -> CacheError {
    CacheError(
      .full, file: member.path, shard: shard,
      expected: "room for \(member.fullByteCount(of: shard)) bytes within the limit of \(limit.value)",
      found: "\(residentByteCount) bytes, all of them in use", remedy: "raise cacheLimit")
  }

  /// A shard was removed by its user: there is room for others.
  func evicted() {
    countEviction()
    released()
  }

  private func countEviction() {
    evictionCount.withLock { $0 += 1 }
    metrics?.add(1, to: .evictions)
  }

  /// Somebody let go of a shard: who waits for room looks again.
  func released() { releases.notifying { $0 &+= 1 } }

  private struct Candidate {
    let member: CacheDirectory
    let shard: Int
  }

  /// The caller holds the admission locks of all members.
  private func reserveLocked(_ shard: Int, in target: CacheDirectory, _ claim: Claim) throws(CacheError) -> Bool {
    let members = members.withLock { $0 }
    let wanted = target.fullByteCount(of: shard)
    let own = target.control.record(shard)
    var used = 0
    var candidates: [Candidate] = []
    var residents: [ResidentShard] = []
    var isComparable = policy == .clairvoyant
    for member in members {
      try member.restoreControl()
      let futures = isComparable ? member.control.batchesUntilUse() : nil
      if futures == nil { isComparable = false }
      used += member.besides
      for (number, record) in member.control.records().enumerated() {
        if member === target, number == shard { continue }
        var record = record
        if record == nil || (record?.isReserved == true && !member.control.isBeingInstalled(number)) {
          // A torn record, or one of a process that died before its files were there: what it wrote goes first, as it
          // takes the room that is counted as free from here on.
          if record != nil { try member.removeLeftovers() }
          try member.settle(number)
          record = member.control.record(number)
        }
        guard let record, record.byteCount > 0 else { continue }
        used += record.byteCount
        guard member.canReturn, !record.isReserved else { continue }
        residents.append(
          ResidentShard(
            shard: candidates.count, byteCount: record.byteCount, lastUse: record.lastUse,
            batchesUntilUse: futures?[number]))
        candidates.append(Candidate(member: member, shard: number))
      }
    }
    let distance = claim == .urgent ? 0 : target.control.ownBatchesUntilUse(of: shard)
    if used + wanted > limit.value, claim != .modest || isComparable && distance != nil {
      let order = isComparable ? EvictionPolicy.clairvoyant : .leastRecentlyUsed
      for resident in order.order(residents, makingRoomFor: isComparable ? distance : nil) {
        let candidate = candidates[resident.shard]
        guard let freed = try candidate.member.evict(candidate.shard) else { continue }
        used -= max(freed, resident.byteCount)
        candidate.member.control.count(.evictions)
        countEviction()
        if used + wanted <= limit.value { break }
      }
    }
    guard used + wanted <= limit.value else { return false }
    target.control.write(
      ControlRecord(byteCount: wanted, isReserved: true, lastUse: own?.lastUse ?? 0), for: shard)
    return true
  }
}
