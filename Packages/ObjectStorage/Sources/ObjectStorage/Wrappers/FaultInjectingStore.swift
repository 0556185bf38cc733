import Synchronization

/// A kind of failure that ``FaultInjectingStore`` can bring about.
public struct StoreFault: Sendable, Hashable, CustomStringConvertible {
  /// What it is, in words.
  public let description: String

  private init(_ description: String) { self.description = description }

  /// The service asks for fewer requests, before anything happened.
  public static let throttled = StoreFault("throttled")
  /// The service fails, before anything happened.
  public static let unavailable = StoreFault("unavailable")
  /// No answer in time, before anything happened.
  public static let timedOut = StoreFault("timed out")
  /// The credentials have expired.
  public static let expiredCredential = StoreFault("expired credential")
  /// The request was carried out, but its answer is lost.
  public static let lostAnswer = StoreFault("lost answer")
  /// A body breaks off, with an error.
  public static let interruptedBody = StoreFault("interrupted body")
  /// A body ends early as if it were whole.
  public static let shortBody = StoreFault("short body")
  /// One bit of a body is wrong.
  public static let flippedBit = StoreFault("flipped bit")

  /// Every fault, in a fixed order.
  public static let all: [StoreFault] = [
    .throttled, .unavailable, .timedOut, .expiredCredential, .lostAnswer, .interruptedBody, .shortBody,
    .flippedBit,
  ]
}

/// Makes a store fail now and then, the same way for the same seed.
///
/// Whether the n-th call of an operation on a key fails depends on seed, operation, key and n only, not on
/// the order in which tasks come.
public final class FaultInjectingStore: StoreWrapper {
  public let base: any ObjectStore
  private let seed: UInt64
  private let rates: [(fault: StoreFault, rate: Double)]
  private let maximumInSuccession: Int
  private let calls = Mutex<[String: (count: Int, inSuccession: Int)]>([:])
  private let injected = Mutex<[StoreFault: Int]>([:])

  /// Wraps a store.
  /// - Parameter rates: for each fault the probability that a call meets it, from 0 to 1; their sum is at
  ///   most 1.
  /// - Parameter maximumInSuccession: after so many faults in a row of one operation on one key, the call
  ///   succeeds.
  public init(
    _ base: any ObjectStore, seed: UInt64, rates: [StoreFault: Double], maximumInSuccession: Int = .max
  ) {
    self.base = base
    self.seed = seed
    self.rates = StoreFault.all.compactMap { fault in rates[fault].map { (fault, $0) } }
    self.maximumInSuccession = maximumInSuccession
  }

  /// How often each fault was brought about.
  public var injectedCounts: [StoreFault: Int] { injected.withLock { $0 } }

  public func run<R: Sendable>(
    _ request: StoreRequest, _ body: () async throws(ObjectStoreError) -> R
  ) async throws(ObjectStoreError) -> R {
    let fault = next(request.operation.rawValue, request.name)
    try before(fault.kind, request.name)
    let result = try await body()
    try after(fault.kind, request.name)
    return result
  }

  /// One by one, so that each may fail.
  public func delete(_ keys: [ObjectKey]) async -> [ObjectKey: ObjectStoreError] {
    var failures: [ObjectKey: ObjectStoreError] = [:]
    for key in keys {
      do throws(ObjectStoreError) { try await delete(key) } catch { failures[key] = error }
    }
    return failures
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let fault = next("get", key.text)
    try before(fault.kind, key.text)
    guard let kind = fault.kind, kind == .interruptedBody || kind == .shortBody || kind == .flippedBit else {
      // An answer that is lost from its head on brings no byte of its body either.
      try after(fault.kind, key.text)
      return try await base.get(key, options: options, into: sink)
    }
    let info = try await base.head(key)
    let wanted = try options.resolvedRange(of: info)
    let position = wanted.isEmpty ? 0 : Int(fault.random % UInt64(wanted.count))
    let damaging = DamagingSink(sink, kind, at: position)
    let result = try await base.get(key, options: options, into: damaging)
    if kind == .interruptedBody {
      throw ObjectStoreError(
        .interrupted, url: key.text, detail: "injected: expected \(wanted.count) bytes, found \(position)",
        partial: result)
    }
    return result
  }
}

extension FaultInjectingStore {
  private func next(_ operation: String, _ name: String) -> (kind: StoreFault?, random: UInt64) {
    let slot = operation + " " + name
    let fault: (StoreFault?, UInt64) = calls.withLock { calls in
      var (count, inSuccession) = calls[slot] ?? (0, 0)
      var random = RandomBits(seed: seed, slot, count)
      var draw = Double(random.next() >> 11) / 0x1p53
      var kind: StoreFault?
      for (fault, rate) in rates {
        if draw < rate {
          kind = fault
          break
        }
        draw -= rate
      }
      if inSuccession >= maximumInSuccession { kind = nil }
      count += 1
      inSuccession = kind == nil ? 0 : inSuccession + 1
      calls[slot] = (count, inSuccession)
      return (kind, random.next())
    }
    if let kind = fault.0 { injected.withLock { $0[kind, default: 0] += 1 } }
    return fault
  }

  private func before(_ fault: StoreFault?, _ name: String) throws(ObjectStoreError) {
    switch fault {
    case .throttled:
      throw ObjectStoreError(.throttled, url: name, status: 503, detail: "injected: SlowDown", retry: .now)
    case .unavailable:
      throw ObjectStoreError(.unavailable, url: name, status: 500, detail: "injected: InternalError")
    case .timedOut: throw ObjectStoreError(.timedOut, url: name, detail: "injected: no answer")
    case .expiredCredential:
      throw ObjectStoreError(.expiredCredential, url: name, status: 400, detail: "injected: ExpiredToken")
    default: return
    }
  }

  private func after(_ fault: StoreFault?, _ name: String) throws(ObjectStoreError) {
    if fault == .lostAnswer {
      throw ObjectStoreError(.connectionFailed, url: name, detail: "injected: the answer is lost")
    }
  }
}
