import CloudAuth
import FakeObjectStores
import Foundation
import ObjectStorage
import Synchronization
import Testing
import Threading

struct CredentialCacheTests {
  /// Hands out numbers; counts how often it is asked; can wait, fail, and have nothing.
  final class CountingSource: CredentialSource {
    let name = "counting"
    let lifetime: Duration?
    let clock: TestClock
    let state = Monitor((count: 0, fails: false))
    let gate = Monitor(true)

    init(lifetime: Duration?, clock: TestClock) {
      self.lifetime = lifetime
      self.clock = clock
    }

    var count: Int { state.withLock { $0.count } }

    func fetch() async throws(CredentialError) -> Expiring<Int>? {
      let (number, fails) = state.notifying { state in
        state.count += 1
        return (state.count, state.fails)
      }
      _ = try? await gate.waitAsync(until: .after(.seconds(20)), charging: StallCause("test")) {
        $0 ? true : nil
      }
      if fails {
        throw CredentialError(.serviceFailed, source: name, detail: "down", remedy: "wait", retry: .now)
      }
      return Expiring(number, expiration: lifetime.map { clock.now + $0 }, source: name)
    }
  }

  final class TestClock: Sendable {
    private let time = Mutex(UnixTime(seconds: 1_000_000))
    var now: UnixTime { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
  }

  @Test("many who ask at once are answered by one request")
  func singleFlight() async throws {
    let clock = TestClock()
    let source = CountingSource(lifetime: nil, clock: clock)
    source.gate.notifying { $0 = false }
    let cache = CredentialCache([source], clock: { clock.now })
    let tasks = (0..<64).map { _ in Task { try await cache.current().credential } }
    source.gate.notifying { $0 = true }
    for task in tasks { #expect(try await task.value == 1) }
    clock.advance(.seconds(1_000_000))
    #expect(try await cache.current().credential == 1)
    #expect(source.count == 1)
  }

  @Test("renews before the end, giving out the old one meanwhile")
  func earlyRefresh() async throws {
    let clock = TestClock()
    let source = CountingSource(lifetime: .seconds(1000), clock: clock)
    let cache = CredentialCache([source], clock: { clock.now })
    #expect(try await cache.current().credential == 1)
    clock.advance(.seconds(690))
    #expect(try await cache.current().credential == 1)
    #expect(source.count == 1)
    clock.advance(.seconds(120))
    source.gate.notifying { $0 = false }
    for _ in 0..<5 { #expect(try await cache.current().credential == 1) }
    source.gate.notifying { $0 = true }
    while try await cache.current().credential == 1 { await Task.yield() }
    #expect(source.count == 2)
  }

  @Test(
    "a failed renewal keeps the old one while it is valid, asks at most now and then, and is an error after")
  func failedRefresh() async throws {
    let clock = TestClock()
    let source = CountingSource(lifetime: .seconds(1000), clock: clock)
    let cache = CredentialCache([source], attemptLimit: 1, clock: { clock.now })
    #expect(try await cache.current().credential == 1)
    source.state.withLock { $0.fails = true }
    clock.advance(.seconds(900))
    #expect(try await cache.current().credential == 1)
    try await source.state.waitAsync(until: .after(.seconds(20)), charging: StallCause("test")) { $0.count >= 2 ? () : nil }
    for _ in 0..<100 {
      #expect(try await cache.current().credential == 1)
      await Task.yield()
    }
    #expect(source.count <= 3)
    clock.advance(.seconds(101))
    let error = await #expect(throws: CredentialError.self) { try await cache.current() }
    #expect(error?.code == .serviceFailed)
    source.state.withLock { $0.fails = false }
    #expect(try await cache.current().credential > 2)
  }

  @Test("64 callers never see an ended token while its service fails at every fifth request")
  func rotation() async throws {
    let start = UnixTime.now
    let clock: @Sendable () -> UnixTime = { start + (UnixTime.now - start) * 100 }
    let server = try FakeCredentialServices {
      $0.lifetime = .seconds(60)
      $0.failurePercentage = 20
      $0.clock = clock
    }
    let source = GoogleMetadataSource(
      environment: EnvironmentVariables(["GCE_METADATA_HOST": server.authority]), clock: clock)
    let cache = CredentialCache([source], clock: clock)
    let first = try await cache.current()
    #expect(first.source == "the machine's service account")
    let end = ContinuousClock.now + .seconds(3)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<64 {
        group.addTask {
          while ContinuousClock.now < end {
            // Looked at before: afterwards the clock runs on, a second of it in 10 ms.
            let asked = clock()
            let isGood = try await cache.current().expiration.map { $0 > asked } ?? false
            if !isGood { Issue.record("an ended token was given out") }
            await Task.yield()
          }
        }
      }
      try await group.waitForAll()
    }
    // 300 seconds of the clock hold at most a renewal per 40, and as many failures as there were.
    let good = server.requests.count { $0.status == 200 }
    #expect(server.issuedCount >= 5 && server.issuedCount <= 12, "\(server.issuedCount) of \(server.requests.count)")
    #expect(server.requests.count <= good + 20)
  }

  @Test("a refused credential is fetched anew, once for all who used it")
  func refused() async throws {
    let clock = TestClock()
    let source = CountingSource(lifetime: .seconds(1000), clock: clock)
    let cache = CredentialCache([source], clock: { clock.now })
    let first = try await cache.current()
    await cache.refused(first)
    clock.advance(.seconds(1))
    #expect(try await cache.current().credential == 2)
    await cache.refused(first)
    #expect(try await cache.current().credential == 2)
  }

  @Test("sources are asked in order, and their names are in the error when none has any")
  func chain() async throws {
    struct Absent: CredentialSource {
      let name: String
      func fetch() async throws(CredentialError) -> Expiring<Int>? { nil }
    }
    let sources: [any CredentialSource<Int>] = [Absent(name: "one"), Absent(name: "two")]
    let error = await #expect(throws: CredentialError.self) { try await CredentialCache(sources).current() }
    #expect(error?.code == .notConfigured)
    #expect(error?.source == "one, two")
    let found = try await CredentialCache(sources + [ExplicitSource(7)]).current()
    #expect(found.credential == 7 && found.source == "settings")
  }
}
