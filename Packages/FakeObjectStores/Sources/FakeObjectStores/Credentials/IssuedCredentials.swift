import ObjectStorage
import Synchronization

/// Keys and tokens that were given, and until when they count.
final class IssuedCredentials: Sendable {
  /// Temporary keys.
  struct Keys: Sendable {
    let id: String
    let secret: String
    let token: String
    let end: UnixTime
  }

  private struct State: Sendable {
    var count = 0
    var keys: [String: Keys] = [:]
    var tokens: [String: UnixTime] = [:]
  }

  private let state = Mutex(State())

  /// How many were given.
  var count: Int { state.withLock { $0.count } }

  func keys(until end: UnixTime) -> Keys {
    state.withLock { state in
      state.count += 1
      let keys = Keys(
        id: "ASIAFAKE\(state.count)", secret: "fake/secret+\(state.count)", token: "fake/session+token=\(state.count)",
        end: end)
      state.keys[keys.id] = keys
      return keys
    }
  }

  func token(_ kind: String, until end: UnixTime) -> String {
    state.withLock { state in
      state.count += 1
      let token = "fake-\(kind)-token.\(state.count)"
      state.tokens[token] = end
      return token
    }
  }

  func keys(id: String) -> Keys? { state.withLock { $0.keys[id] } }

  func isValid(token: String, now: UnixTime) -> Bool {
    state.withLock { $0.tokens[token].map { now < $0 } ?? false }
  }

  func isValid(keyID: String, now: UnixTime) -> Bool {
    state.withLock { $0.keys[keyID].map { now < $0.end } ?? false }
  }
}
