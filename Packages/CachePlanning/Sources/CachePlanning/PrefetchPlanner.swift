/// Decides which shards to fetch, in which order and how many at once.
///
/// A pure value: it hears what happened and answers what to do; whoever owns it does it. The order is that of first use,
/// which the plan of the epoch gives; a shard is fetched once until it is released.
/// - Complexity: each event O(1) amortised, plus the actions it causes.
public struct PrefetchPlanner: Sendable {
  /// What happened.
  public enum Event: Sendable, Hashable {
    /// A batch that was just planned needs this shard, whose fetch moves `byteCount` bytes (0 when it is here already).
    case needed(shard: Int, byteCount: Int)
    /// A fetch ended well.
    case installed(shard: Int)
    /// A fetch ended in an error; the shard may be asked for again.
    case failed(shard: Int)
    /// Nothing in the window needs the shard any more.
    case released(shard: Int)
  }

  /// What to do.
  public enum Action: Sendable, Hashable {
    /// Start fetching the shard.
    case fetch(shard: Int)
  }

  /// How much may be under way at once.
  public struct Limits: Sendable, Hashable {
    /// Fetches at the same time, at least 1.
    public var concurrentFetches: Int
    /// Bytes of fetches at the same time; one fetch may always run, however large.
    public var bytesInFlight: Int

    /// 8 fetches and 1 GiB unless told otherwise.
    public init(concurrentFetches: Int = 8, bytesInFlight: Int = 1 << 30) {
      self.concurrentFetches = max(1, concurrentFetches)
      self.bytesInFlight = max(0, bytesInFlight)
    }
  }

  private enum Phase: Sendable, Hashable { case waiting, fetching, installed }

  private struct Entry: Sendable {
    var phase: Phase
    var byteCount: Int
  }

  /// The limits in force. Lowering them lets what is under way go on.
  public var limits: Limits
  private var entries: [Int: Entry] = [:]
  private var queue: [Int] = []
  private var queueHead = 0
  /// Fetches under way.
  public private(set) var fetchCount = 0
  /// Their bytes.
  public private(set) var bytesInFlight = 0

  /// Whether as many fetches as allowed are under way.
  public var isFull: Bool { fetchCount >= limits.concurrentFetches }

  /// Knows no shard yet.
  public init(limits: Limits = Limits()) { self.limits = limits }

  /// Takes note of an event and tells what to do now.
  public mutating func handle(_ event: Event) -> [Action] {
    switch event {
    case .needed(let shard, let byteCount):
      guard entries[shard] == nil else { return [] }
      entries[shard] = Entry(phase: .waiting, byteCount: max(0, byteCount))
      queue.append(shard)
    case .installed(let shard):
      endFetch(shard)
      entries[shard]?.phase = .installed
    case .failed(let shard):
      endFetch(shard)
      entries[shard] = nil
    case .released(let shard):
      // A fetch that is under way goes on: its bytes are paid for, and the cache keeps them.
      if entries[shard]?.phase != .fetching { entries[shard] = nil }
    }
    return startFetches()
  }

  private mutating func endFetch(_ shard: Int) {
    guard let entry = entries[shard], entry.phase == .fetching else { return }
    fetchCount -= 1
    bytesInFlight -= entry.byteCount
  }

  private mutating func startFetches() -> [Action] {
    var actions: [Action] = []
    while queueHead < queue.count, fetchCount < limits.concurrentFetches {
      let shard = queue[queueHead]
      // Released before its turn came.
      guard let entry = entries[shard], entry.phase == .waiting else {
        queueHead += 1
        continue
      }
      // In order of use: a small shard does not overtake a large one that is needed before it.
      let (bytes, overflow) = bytesInFlight.addingReportingOverflow(entry.byteCount)
      guard fetchCount == 0 || (!overflow && bytes <= limits.bytesInFlight) else { break }
      queueHead += 1
      fetchCount += 1
      bytesInFlight = overflow ? .max : bytes
      entries[shard]?.phase = .fetching
      actions.append(.fetch(shard: shard))
    }
    if queueHead >= 1024, 2 * queueHead >= queue.count {
      queue.removeFirst(queueHead)
      queueHead = 0
    }
    return actions
  }
}
