/// How many retries a store may still make: requests earn them, retries spend them. Pure.
///
/// As in AWS's and gRPC's clients: a single failing request gets all its attempts, a failing service is not asked
/// many times more than a healthy one.
public struct RetryBudget: Sendable, Hashable {
  /// The most retries that can be saved up, and what there is at the start.
  public static let reserve = 100.0

  private let share: Double
  private var saved = RetryBudget.reserve

  /// Starts with the whole reserve.
  /// - Parameter share: retries that a request earns, from 0 to 1.
  public init(share: Double) { self.share = share }

  /// A request has succeeded.
  public mutating func succeeded() { saved = min(Self.reserve, saved + share) }

  /// A retry is wanted. Returns whether there is one left, and spends it.
  public mutating func spend() -> Bool {
    guard saved >= 1 else { return false }
    saved -= 1
    return true
  }
}
