public import ObjectStorage
import Threading

/// Keeps a credential and renews it before it ends, by one request for all who ask.
///
/// Renewal starts at about three quarters of a credential's life, with jitter so that many nodes don't come
/// at once; the old one is given out meanwhile, also when the renewal fails, as long as it is valid. Without
/// a valid one, all wait for one search, which is repeated a few times if the failure may pass.
public actor CredentialCache<Credential: Sendable> {
  private typealias Flight = Task<Result<Expiring<Credential>, CredentialError>, Never>

  private let chain: CredentialChain<Credential>
  private let clock: @Sendable () -> UnixTime
  private let attemptLimit: Int
  private var plan = RefreshPlan()
  private var held: Expiring<Credential>?
  private var flight: Flight?

  /// Makes an empty cache.
  /// - Parameter chain: where credentials come from.
  /// - Parameter attemptLimit: searches in a row while there is no valid credential and failures may pass.
  /// - Parameter clock: the time, for tests.
  public init(
    _ chain: CredentialChain<Credential>, attemptLimit: Int = 6,
    clock: @escaping @Sendable () -> UnixTime = { .now }
  ) {
    self.chain = chain
    self.attemptLimit = max(1, attemptLimit)
    self.clock = clock
  }

  /// Makes an empty cache.
  /// - Parameter sources: asked in order; the first that has a credential is used.
  public init(
    _ sources: [any CredentialSource<Credential>], attemptLimit: Int = 6,
    clock: @escaping @Sendable () -> UnixTime = { .now }
  ) {
    self.init(CredentialChain(sources), attemptLimit: attemptLimit, clock: clock)
  }

  /// What each source of the chain says now, for people; asks the sources, and leaves the cache as it is.
  public nonisolated func report() async -> [CredentialReport] { await chain.report() }

  /// The credential to use now. Suspends only when there is none that is valid.
  /// - Throws: ``CredentialError`` `.notConfigured` when no source has any; what a source throws. Where asking
  ///   again could have helped, it has been tried: the advice is `.never`.
  public func current() async throws(CredentialError) -> Expiring<Credential> {
    switch plan.action(at: clock()) {
    case .use:
      if let held { return held }
    case .useAndRefresh:
      if let held {
        if flight == nil { startFlight() }
        return held
      }
    case .fetch: break
    }
    do throws(CredentialError) {
      return try await (flight ?? startFlight()).value.get()
    } catch {
      // In its last seconds the old one is renewed first and used only if that fails.
      if let held, plan.isValid(at: clock()) { return held }
      throw error
    }
  }

  /// Says that a service refused a credential: the next call fetches anew, unless that has happened since.
  public func refused(_ used: Expiring<Credential>) {
    guard let held, held.generation == used.generation else { return }
    plan.forget()
  }

  @discardableResult
  private func startFlight() -> Flight {
    // The actor owns the task: its last step clears `flight`, and everyone who needs its result awaits it.
    let flight = Flight {
      var result = await self.search()
      var attempts = 1
      while let pause = self.pause(after: result, attempts: attempts) {
        do throws(WaitError) { try await delay(for: pause, charging: credentialBackoff) } catch { break }
        result = await self.search()
        attempts += 1
      }
      self.flight = nil
      return result.mapError { $0.afterAllAttempts }
    }
    self.flight = flight
    return flight
  }

  /// Asks the chain once and takes note of what comes.
  private func search() async -> Result<Expiring<Credential>, CredentialError> {
    do throws(CredentialError) {
      var fresh = try await chain.fetch()
      fresh.generation = (held?.generation ?? 0) + 1
      held = fresh
      plan.refreshed(at: clock(), expiration: fresh.expiration, fraction: Double.random(in: 0...1))
      return .success(fresh)
    } catch {
      plan.failed(at: clock(), fraction: Double.random(in: 0...1))
      return .failure(error)
    }
  }

  /// How long to wait before the search is repeated; nil for not: somebody can wait for the next one, or
  /// nothing would change.
  private func pause(
    after result: Result<Expiring<Credential>, CredentialError>, attempts: Int
  ) -> Duration? {
    guard case .failure(let error) = result, attempts < attemptLimit, !plan.isValid(at: clock()) else {
      return nil
    }
    let usual = Duration.milliseconds(100 << min(attempts - 1, 4)) * Double.random(in: 0.5...1)
    switch error.retry {
    case .never: return nil
    case .now, .afterRefreshingCredentials: return usual
    case .after(let asked): return asked > .seconds(10) ? nil : max(asked, usual)
    }
  }
}

private let credentialBackoff = StallCause("credential backoff")

extension CredentialError {
  /// The same failure, told to those who would only repeat what was repeated already.
  fileprivate var afterAllAttempts: CredentialError {
    CredentialError(code, source: source, detail: detail, remedy: remedy)
  }
}
