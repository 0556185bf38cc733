import Synchronization

/// What a wait waits for: `StallCause("download")`.
public struct StallCause: Sendable, Hashable, CustomStringConvertible {
  /// The name, in the words of a report.
  public let name: String
  /// A cause of that name.
  public init(_ name: StaticString) { self.name = "\(name)" }
  public var description: String { name }
}

/// How long was waited for what: a sum per cause. Any thread may add and read; adding takes a short lock.
public final class StallAccount: Sendable {
  private let totals = Mutex<[StallCause: Duration]>([:])

  /// An empty account.
  public init() {}

  /// Adds a wait.
  public func add(_ duration: Duration, to cause: StallCause) {
    totals.withLock { $0[cause, default: .zero] += duration }
  }

  /// Time waited so far, by cause.
  public var summary: [StallCause: Duration] { totals.withLock { $0 } }
}

/// A wait that ended without what it waited for.
public struct WaitError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Why it ended.
  public enum Reason: Sendable, Hashable {
    /// The deadline passed.
    case timedOut
    /// What it waited on was closed.
    case closed
    /// The task was cancelled.
    case cancelled
  }

  /// Why it ended.
  public let reason: Reason
  /// What it waited for.
  public let cause: StallCause
  /// How long it had waited.
  public let waited: Duration

  /// Describes a wait that ended.
  public init(_ reason: Reason, cause: StallCause, waited: Duration) {
    self.reason = reason
    self.cause = cause
    self.waited = waited
  }

  public var description: String {
    let seconds = Double(waited.components.seconds) + Double(waited.components.attoseconds) / 1e18
    let end =
      switch reason {
      case .timedOut: "the deadline passed"
      case .closed: "it was closed"
      case .cancelled: "the task was cancelled"
      }
    return "waited \((seconds * 1000).rounded() / 1000) s for \(cause): \(end)"
  }
}
