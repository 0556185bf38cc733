/// When each shard of an epoch is used: for every shard the spans of batches that use it, ascending.
///
/// Uses that are close together are one span, so the table has a span or two per shard however many samples there are.
/// Times are batches, counted as the caller likes; they must be recorded in ascending order.
/// - Complexity: 12 bytes per shard and 12 per span; a look-up is a walk over a shard's spans.
public struct ShardUseTable: Sendable {
  private struct Span: Sendable {
    var first: UInt32
    var last: UInt32
    /// The shard's next span, 0 for none.
    var next: UInt32 = 0
  }

  // Span 0 is a placeholder, so that 0 can mean none.
  private var spans = [Span(first: 0, last: 0)]
  private var heads: [UInt32]
  private var tails: [UInt32]
  /// Uses at most so many batches apart are one span.
  private let slack: UInt32
  /// One past the last recorded time: nothing is known of what comes from here on.
  public private(set) var horizon = 0

  /// Knows no use yet.
  /// - Parameter slack: batches between two uses that count as one span, such as the window that is planned ahead.
  public init(shardCount: Int, slack: Int = 0) {
    heads = Array(repeating: 0, count: max(0, shardCount))
    tails = heads
    self.slack = UInt32(clamping: max(0, slack))
  }

  /// The number of shards.
  public var shardCount: Int { heads.count }

  /// Notes that a batch uses a shard. Times never go back; shards outside of the table and times past 2^32 are ignored.
  public mutating func record(shard: Int, at time: Int) {
    guard heads.indices.contains(shard), let time32 = UInt32(exactly: time) else { return }
    horizon = max(horizon, time + 1)
    let tail = Int(tails[shard])
    if tail != 0, time32 <= spans[tail].last &+ slack &+ 1 || spans[tail].last > UInt32.max - slack - 1 {
      spans[tail].last = max(spans[tail].last, time32)
      return
    }
    let number = UInt32(spans.count)
    spans.append(Span(first: time32, last: time32))
    if tail == 0 { heads[shard] = number } else { spans[tail].next = number }
    tails[shard] = number
  }

  /// Notes that everything before `time` has been recorded.
  public mutating func advance(horizon time: Int) { horizon = max(horizon, time) }

  /// The first use of a shard at `time` or later: `time` itself inside of a span. Nil when none is known.
  public func nextUse(of shard: Int, from time: Int) -> Int? {
    guard heads.indices.contains(shard) else { return nil }
    var number = Int(heads[shard])
    while number != 0 {
      let span = spans[number]
      if time <= Int(span.last) { return max(time, Int(span.first)) }
      number = Int(span.next)
    }
    return nil
  }
}
