public import ObjectStorage
import Threading

/// Keeps a credential and renews it before it ends, by one request for all who ask.
///
/// Renewal starts at about three quarters of a credential's life, with jitter so that many nodes don't come
/// at once; the old one is given out meanwhile, also when the renewal fails, as long as it is valid.
public actor CredentialCache<Credential: Sendable> {
  private typealias Flight = Task<Result<Expiring<Credential>, CredentialError>, Never>

  private let sources: [any CredentialSource<Credential>]
  private let clock: @Sendable () -> UnixTime
  private var plan = RefreshPlan()
  private var held: Expiring<Credential>?
  private var flight: Flight?

  /// Makes an empty cache.
  /// - Parameter sources: asked in order; the first that has a credential is used.
  /// - Parameter clock: the time, for tests.
  public init(
    _ sources: [any CredentialSource<Credential>], clock: @escaping @Sendable () -> UnixTime = { .now }
  ) {
    self.sources = sources
    self.clock = clock
  }

  /// The credential to use now. Suspends only when there is none that is valid.
  /// - Throws: ``CredentialError`` `.notConfigured` when no source has any; what a source throws.
  public func current() async throws(CredentialError) -> Expiring<Credential> {
    let now = clock()
    switch plan.action(at: now) {
    case .use:
      if let held { return held }
    case .useAndRefresh:
      if let held {
        if flight == nil { startFlight() }
        return held
      }
    case .fetch: break
    }
    let flight = flight ?? startFlight()
    return try await flight.value.get()
  }

  /// Says that a service refused a credential: the next call fetches anew, unless that has happened since.
  public func refused(_ used: Expiring<Credential>) {
    guard let held, held.source == used.source, held.expiration == used.expiration else { return }
    plan.forget()
  }

  @discardableResult
  private func startFlight() -> Flight {
    // The actor owns the task: `land` ends it, and everyone who needs its result awaits it.
    let flight = Flight {
      let result = await self.ask()
      self.land(result)
      return result
    }
    self.flight = flight
    return flight
  }

  private func ask() async -> Result<Expiring<Credential>, CredentialError> {
    do throws(CredentialError) {
      for source in sources {
        if let found = try await source.fetch() { return .success(found) }
      }
      return .failure(
        CredentialError(
          .notConfigured, source: sources.isEmpty ? "no source" : sources.map(\.name).joined(separator: ", "),
          detail: "expected credentials in one of these, found none",
          remedy: "set the environment's variables, or sign in with the service's tool"))
    } catch {
      return .failure(error)
    }
  }

  private func land(_ result: Result<Expiring<Credential>, CredentialError>) {
    flight = nil
    switch result {
    case .success(let fresh):
      held = fresh
      plan.refreshed(at: clock(), expiration: fresh.expiration, fraction: Double.random(in: 0...1))
    case .failure:
      plan.failed(at: clock(), fraction: Double.random(in: 0...1))
    }
  }
}
