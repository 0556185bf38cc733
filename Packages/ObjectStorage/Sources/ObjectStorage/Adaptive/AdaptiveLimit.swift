/// How many requests an endpoint gets at once, and how many a second: learned from its answers. Pure.
///
/// Two limits, each for one way in which services refuse. The number at once grows by one for each round of answers
/// and shrinks by a factor when the service is overloaded (additive increase, multiplicative decrease: Chiu and Jain,
/// 1989). The number a second is unlimited until the service throttles; then it is set a little below what was
/// answered in the last second, and grows like the window of CUBIC (Ha, Rhee, Xu, 2008): slowly after a refusal,
/// faster the longer there was none.
///
/// Times are durations since any start. A request's ``Ticket`` tells when it was admitted: what was admitted before a
/// decrease does not cause another.
public struct AdaptiveLimit: Sendable {
  /// The ranges in which the limit moves.
  public struct Options: Sendable, Hashable {
    /// Requests at once, at the start.
    public var initialConcurrency = 32
    /// Requests at once, at most.
    public var maximumConcurrency = 256
    /// What an overload or a refusal leaves of the requests at once.
    public var decrease = 0.8
    /// What a refusal leaves of the answered requests a second.
    public var paceDecrease = 0.97

    /// The defaults.
    public init() {}
  }

  /// How a request ended, as far as the limit is concerned.
  public enum Outcome: Sendable, Hashable {
    /// The service has answered, be it with an error of the request.
    case answered
    /// The service asks for fewer requests.
    case throttled
    /// No answer in time, or no connection.
    case overloaded
    /// Nothing is known: it was cancelled.
    case abandoned
  }

  /// A request that was admitted.
  public struct Ticket: Sendable, Hashable {
    let admitted: Duration
    /// When it may start: not before `admitted`.
    public let start: Duration
  }

  private let options: Options
  private(set) var concurrency: Double
  /// Requests a second; nil while the service has not throttled, or not for long.
  public private(set) var pace: Double?
  /// Requests admitted and not ended.
  public private(set) var inFlight = 0
  private var lastDecrease = Duration.seconds(-1)
  /// When the pace was last grown, and when the next request may start.
  private var lastGrowth = Duration.zero
  private var nextStart = Duration.zero
  /// The last time that a request had to wait for the pace.
  private var lastWait = Duration.zero
  /// When to ask again, after a request that was not admitted because of the pace.
  public private(set) var nextTurn: Duration?
  /// Whether the pace is a guess: few answers were seen before the refusal. Then it grows fourfold a second.
  private var isGuess = false
  private var answers = AnswerRate()

  /// Starts without a pace.
  public init(_ options: Options = Options()) {
    self.options = options
    concurrency = Double(max(1, min(options.initialConcurrency, options.maximumConcurrency)))
  }

  /// Requests at once, now.
  public var concurrencyLimit: Int { max(1, Int(concurrency)) }

  /// Admits a request, or nil when there is no turn: ask again when one has ended, or at ``nextTurn``.
  ///
  /// A turn may lie a tenth of a second ahead, no more: the pace may be another by then.
  public mutating func admit(at now: Duration) -> Ticket? {
    nextTurn = nil
    guard inFlight < concurrencyLimit else { return nil }
    grow(until: now)
    guard let pace else {
      inFlight += 1
      return Ticket(admitted: now, start: now)
    }
    let start = max(now, nextStart)
    if start > now { lastWait = now }
    guard start - now <= Self.horizon else {
      nextTurn = start - Self.horizon
      return nil
    }
    inFlight += 1
    nextStart = start + .seconds(1 / pace)
    return Ticket(admitted: now, start: start)
  }

  private static let horizon = Duration.milliseconds(100)

  /// Takes note of a request's end.
  public mutating func ended(_ ticket: Ticket, _ outcome: Outcome, at now: Duration) {
    let wasFull = inFlight >= concurrencyLimit
    inFlight = max(0, inFlight - 1)
    switch outcome {
    case .abandoned: break
    case .answered:
      answers.add(at: now)
      if wasFull { concurrency = min(Double(options.maximumConcurrency), concurrency + 1 / concurrency) }
      if ticket.admitted <= lastDecrease { improveGuess(at: now) }
    case .throttled:
      guard ticket.admitted > lastDecrease else { return }
      let (measured, isReliable) = answers.perSecond(at: now)
      var taken = measured
      if let pace {
        // While a guess grows, the last second tells less than what the service takes by now.
        taken = min(pace, isGuess ? max(measured, pace * Self.overshoot) : measured)
      }
      pace = max(1, taken * options.paceDecrease)
      isGuess = !isReliable
      decreased(at: now)
    case .overloaded:
      guard ticket.admitted > lastDecrease else { return }
      decreased(at: now)
    }
  }

  /// What is left of a guess that has grown until it was refused: a service takes more for a moment.
  private static let overshoot = 0.7

  /// Raises a guess by an answer that was on its way when it was made: of requests that start together, refusals come
  /// back first.
  private mutating func improveGuess(at now: Duration) {
    guard isGuess, let pace else { return }
    let measured = answers.perSecond(at: now).rate * options.paceDecrease
    guard measured > pace else { return }
    self.pace = measured
    nextStart = min(nextStart, now + .seconds(1 / measured))
  }

  private mutating func decreased(at now: Duration) {
    concurrency = max(1, concurrency * options.decrease)
    lastDecrease = now
    lastGrowth = now
    lastWait = now
    nextStart = max(nextStart, now)
  }

  /// Lets the pace grow for the time that has passed, if it is what held requests back.
  private mutating func grow(until now: Duration) {
    guard let pace, now > lastGrowth else { return }
    if now - lastWait > .seconds(60) {
      // Nobody has waited for it for a minute.
      self.pace = nil
      return
    }
    if now - lastWait < .seconds(1) {
      let from = (lastGrowth - lastDecrease).seconds
      let to = (now - lastDecrease).seconds
      // The integral of 2 % a second, times 1 + t²/4.
      let cubic = 0.02 * ((to - from) + (to * to * to - from * from * from) / 12)
      let exponent = isGuess ? 1.386 * (to - from) : cubic
      self.pace = min(1e6, pace * exponential(min(exponent, 1)))
    }
    lastGrowth = now
  }

  /// e to a small power, to 1e-5: without the C library.
  private func exponential(_ x: Double) -> Double {
    1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6)))))
  }
}

/// Answers a second over the last second, in slots of 50 ms.
struct AnswerRate: Sendable {
  private static let slotCount = 20
  private static let slotsPerSecond = 20.0
  private var counts = [Int](repeating: 0, count: AnswerRate.slotCount)
  private var newest = 0
  private var first: Int?

  mutating func add(at time: Duration) {
    advance(to: time)
    counts[newest % Self.slotCount] += 1
    if first == nil { first = newest }
  }

  /// The rate over the last second, or since the first answer; reliable when it is a second, and has some answers.
  mutating func perSecond(at time: Duration) -> (rate: Double, isReliable: Bool) {
    advance(to: time)
    guard let first else { return (0, false) }
    let slots = min(Self.slotCount, newest - first + 1)
    let count = counts.reduce(0, +)
    return (Double(count) * Self.slotsPerSecond / Double(slots), slots == Self.slotCount && count >= 5)
  }

  private mutating func advance(to time: Duration) {
    let slot = max(newest, Int(time.seconds * Self.slotsPerSecond))
    guard slot > newest else { return }
    for passed in (newest + 1)...min(slot, newest + Self.slotCount) { counts[passed % Self.slotCount] = 0 }
    newest = slot
  }
}

extension Duration {
  /// In seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
