/// How a body is sent: whole in one call, or in steps with delays, changes and an early end.
struct BodyPlan: Sendable, Equatable {
  enum End: Sendable, Equatable { case close, reset }
  enum Step: Sendable, Equatable {
    case send(Range<Int>)
    /// One byte, with its lowest bit changed.
    case sendChanged(Int)
    /// Wait until so much time has passed since the body's start.
    case waitUntil(Duration)
    /// Break the connection.
    case end
  }

  var bytesPerSecond: Int?
  var stall: (after: Int, duration: Duration)?
  var flips: [Int] = []
  var endAfter = Int.max
  var end: End?

  init(_ faults: [FakeFault] = [], bytesPerSecond: Int? = nil) {
    self.bytesPerSecond = bytesPerSecond
    for fault in faults {
      switch fault.kind {
      case .reset(let byteCount) where byteCount < endAfter: (endAfter, end) = (byteCount, .reset)
      case .truncate(let byteCount) where byteCount < endAfter: (endAfter, end) = (byteCount, .close)
      case .flip(let offset): flips.append(offset)
      case .stall(let byteCount, let duration): stall = (byteCount, duration)
      case .trickle(let rate): self.bytesPerSecond = min(rate, self.bytesPerSecond ?? .max)
      default: break
      }
    }
    flips.sort()
  }

  var isPlain: Bool { bytesPerSecond == nil && stall == nil && flips.isEmpty && end == nil }

  /// The steps for a body of that size, in order, made as they are asked for.
  func steps(byteCount: Int) -> Steps { Steps(self, byteCount: byteCount) }

  static func == (left: BodyPlan, right: BodyPlan) -> Bool {
    left.bytesPerSecond == right.bytesPerSecond && left.flips == right.flips && left.end == right.end
      && left.endAfter == right.endAfter && left.stall?.after == right.stall?.after
      && left.stall?.duration == right.stall?.duration
  }
}

extension BodyPlan {
  /// What to do for one body, step by step.
  struct Steps: Sequence, IteratorProtocol {
    private let plan: BodyPlan
    private let byteCount: Int
    private let piece: Int
    private let last: Int
    private var offset = 0
    private var stall: (after: Int, duration: Duration)?
    private var changes: ArraySlice<Int>
    /// No byte is due before this.
    private var earliest = Duration.zero
    /// What comes after the wait that was told last.
    private var due: Step?
    private var isEndDue: Bool

    init(_ plan: BodyPlan, byteCount: Int) {
      self.plan = plan
      self.byteCount = byteCount
      // Twenty pieces a second look like a slow line; a piece is at least a byte and at most 1 MiB.
      piece = plan.bytesPerSecond.map { Swift.min(Swift.max($0 / 20, 1), 1 << 20) } ?? .max
      let last = Swift.min(byteCount, plan.endAfter)
      self.last = last
      stall = plan.stall
      changes = plan.flips.filter { $0 >= 0 && $0 < last }[...]
      isEndDue = plan.end != nil && plan.endAfter <= byteCount
    }

    mutating func next() -> Step? {
      if let step = due {
        due = nil
        return step
      }
      if let (after, duration) = stall, after <= offset {
        stall = nil
        earliest = pace + duration
        return .waitUntil(earliest)
      }
      guard offset < last else {
        guard isEndDue else { return nil }
        isEndDue = false
        return .end
      }
      let start = offset
      let step: Step
      if changes.first == start {
        changes = changes.drop { $0 == start }
        offset += 1
        step = .sendChanged(start)
      } else {
        offset += Swift.min(piece, last - offset)
        if let change = changes.first { offset = Swift.min(offset, change) }
        if let (after, _) = stall { offset = Swift.min(offset, after) }
        step = .send(start..<offset)
      }
      guard plan.bytesPerSecond != nil else { return step }
      // A slow line delivers a piece once its last byte is through.
      due = step
      return .waitUntil(Swift.max(earliest, pace))
    }

    /// When the bytes before `offset` are due.
    private var pace: Duration {
      plan.bytesPerSecond.map { .nanoseconds(Int64(Double(offset) / Double($0) * 1e9)) } ?? .zero
    }
  }
}
