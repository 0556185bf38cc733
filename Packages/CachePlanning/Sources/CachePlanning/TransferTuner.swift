/// Finds how many transfers at once the store and the network are worth, from the rates that were measured.
///
/// Climbs while more transfers bring more bytes per second, steps back when they do not, and tries again now and then,
/// as the network changes. A pure value: the caller tells sizes and times.
public struct TransferTuner: Sendable {
  /// The fewest and the most transfers at once.
  public let range: ClosedRange<Int>
  /// Transfers at once for now.
  public private(set) var concurrency: Int
  /// Bytes per second over the last complete measurement, nil before the first.
  public private(set) var rate: Double?

  // A measurement: from its start until enough transfers have ended.
  private var start: Double?
  private var byteCount = 0
  private var endedCount = 0
  private var isRising = true
  /// Whether the latest step changed the number.
  private var hasStepped = false
  private var settledFor = 0

  /// Measurements that a settled number stands before more is tried again.
  private static let patience = 8
  /// The rise in rate that more transfers must bring to be worth it.
  private static let gain = 1.08

  /// - Parameter initial: transfers at once to begin with.
  public init(range: ClosedRange<Int>, initial: Int) {
    self.range = max(1, range.lowerBound)...max(1, range.upperBound)
    concurrency = min(max(initial, self.range.lowerBound), self.range.upperBound)
  }

  /// Notes that a transfer ended.
  /// - Parameter time: seconds on any clock that never goes back.
  /// - Parameter wasFull: whether as many transfers as allowed were under way; only then more or fewer would have told.
  public mutating func ended(byteCount moved: Int, at time: Double, wasFull: Bool) {
    guard wasFull, let begun = start else {
      // Not limited by concurrency, or the first: a new measurement starts here.
      start = wasFull ? time : nil
      byteCount = 0
      endedCount = 0
      return
    }
    byteCount += max(0, moved)
    endedCount += 1
    // One round of all that run, at least a tenth of a second, so that the rate is of many and not of one.
    guard endedCount >= concurrency, time - begun >= 0.1 else { return }
    decide(Double(byteCount) / (time - begun))
    start = time
    byteCount = 0
    endedCount = 0
  }

  private mutating func decide(_ measured: Double) {
    defer { rate = measured }
    guard let before = rate else { return step(up: true) }
    if isRising {
      if measured >= before * Self.gain { return step(up: true) }
      // Already at the most: nothing was tried that could have brought more.
      if !hasStepped { return settle() }
      // More brought nothing: go back and stay a while.
      step(up: false)
      settle()
    } else {
      settledFor += 1
      if measured < before / (2 * Self.gain) || settledFor >= Self.patience {
        isRising = true
        step(up: true)
      }
    }
  }

  private mutating func settle() {
    isRising = false
    settledFor = 0
  }

  private mutating func step(up: Bool) {
    let before = concurrency
    defer { hasStepped = concurrency != before }
    let step = max(1, concurrency / 2)
    let wanted = up ? concurrency + step : concurrency - max(1, concurrency / 3)
    concurrency = min(max(wanted, range.lowerBound), range.upperBound)
  }
}
