/// Something that goes wrong with one request, as it does in the field.
public struct FakeFault: Sendable, Hashable, CustomStringConvertible {
  enum Kind: Sendable, Hashable {
    case latency(Duration)
    case answer(status: Int, code: String, message: String, retryAfter: Int?)
    case noAnswer(afterDoing: Bool)
    case reset(Int)
    case truncate(Int)
    case flip(Int)
    case stall(Int, Duration)
    case trickle(Int)
  }

  let kind: Kind
  public var description: String { "\(kind)" }

  /// The answer begins later.
  public static func latency(_ duration: Duration) -> FakeFault { FakeFault(kind: .latency(duration)) }

  /// 503 `SlowDown`, with a `Retry-After` of so many seconds if given.
  public static func slowDown(retryAfter: Int? = nil) -> FakeFault {
    .answer(503, "SlowDown", "Please reduce your request rate.", retryAfter: retryAfter)
  }

  /// 500 `InternalError`.
  public static let internalError = answer(
    500, "InternalError", "We encountered an internal error. Please try again.")

  /// 400 `ExpiredToken`, whatever the credentials.
  public static let expiredToken = answer(400, "ExpiredToken", "The provided token has expired.")

  /// An error of your own; nothing is read or written.
  public static func answer(_ status: Int, _ code: String, _ message: String, retryAfter: Int? = nil)
    -> FakeFault
  {
    FakeFault(kind: .answer(status: status, code: code, message: message, retryAfter: retryAfter))
  }

  /// The connection ends before the request is looked at.
  public static let noAnswer = FakeFault(kind: .noAnswer(afterDoing: false))
  /// The request is carried out, then the connection ends without an answer.
  public static let lostAnswer = FakeFault(kind: .noAnswer(afterDoing: true))
  /// The connection is reset after so many bytes of body.
  public static func reset(after byteCount: Int) -> FakeFault { FakeFault(kind: .reset(byteCount)) }
  /// The connection ends after so many bytes of body; the headers have announced all of them.
  public static func truncate(after byteCount: Int) -> FakeFault { FakeFault(kind: .truncate(byteCount)) }
  /// The lowest bit of one byte of the body is another.
  public static func flip(at byteOffset: Int) -> FakeFault { FakeFault(kind: .flip(byteOffset)) }
  /// After so many bytes of body nothing comes for a while.
  public static func stall(after byteCount: Int, for duration: Duration) -> FakeFault {
    FakeFault(kind: .stall(byteCount, duration))
  }
  /// The body comes at so many bytes a second.
  public static func trickle(bytesPerSecond: Int) -> FakeFault {
    FakeFault(kind: .trickle(max(1, bytesPerSecond)))
  }
}

/// Which requests a fault is for.
public struct RequestMatch: Sendable, Hashable {
  /// `GET`, `PUT` …; nil for each.
  public var method: String?
  /// A part of the key; nil for each key, also none.
  public var keyContains: String?
  /// How many matching requests go well first.
  public var skipping: Int
  /// How many get the fault then; nil for all.
  public var count: Int?

  /// By default: the very next request, once.
  public init(method: String? = nil, keyContains: String? = nil, skipping: Int = 0, count: Int? = 1) {
    self.method = method
    self.keyContains = keyContains
    self.skipping = skipping
    self.count = count
  }

  /// Every request.
  public static let all = RequestMatch(count: nil)
}

/// The faults to come: decides for each request, in order, which it gets.
struct FaultScript: Sendable {
  private var rules: [(fault: FakeFault, match: RequestMatch)] = []

  mutating func add(_ fault: FakeFault, _ match: RequestMatch) { rules.append((fault, match)) }
  mutating func clear() { rules = [] }

  /// The faults of the next request; a rule counts each request that it matches.
  mutating func faults(method: String, key: String) -> [FakeFault] {
    var faults: [FakeFault] = []
    for index in rules.indices {
      let match = rules[index].match
      guard match.method.map({ $0 == method }) ?? true else { continue }
      guard match.keyContains.map({ key.contains($0) }) ?? true else { continue }
      if match.skipping > 0 {
        rules[index].match.skipping -= 1
      } else if match.count ?? 1 > 0 {
        rules[index].match.count = match.count.map { $0 - 1 }
        faults.append(rules[index].fault)
      }
    }
    rules.removeAll { $0.match.count == 0 }
    return faults
  }
}
