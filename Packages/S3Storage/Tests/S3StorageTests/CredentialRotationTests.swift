import BinaryIO
import CloudAuth
import FakeObjectStores
import Foundation
import HTTPTransport
import ObjectStorage
import S3Storage
import Synchronization
import Testing
import Threading

/// Many readers over keys that end soon, from a service at which a fifth of the requests fails.
///
/// A *refresh* is what leads to one new credential: the request that brings it, and before it those that failed.
struct CredentialRotationTests {
  /// `STREAMING_ROTATION_SECONDS`: how long to read. From three minutes on keys last a minute, below half of that time.
  static let seconds = ProcessInfo.processInfo.environment["STREAMING_ROTATION_SECONDS"].flatMap { Int($0) }

  /// The keys that readers have signed with.
  final class UsedKeys: Sendable {
    private let names = Mutex<Set<String>>([])
    func note(_ name: String) { names.withLock { _ = $0.insert(name) } }
    var count: Int { names.withLock { $0.count } }
  }

  /// What is read, and by whose leave.
  struct Scene: Sendable {
    let store: S3Store
    let cache: CredentialCache<AWSCredential>
    let used = UsedKeys()
    let bytes = (0..<4096).map { UInt8(truncatingIfNeeded: $0) }

    /// Reads until `end`; each read must succeed at the first attempt. Returns how many there were.
    func read(until end: ContinuousClock.Instant) async throws -> Int {
      var count = 0
      while ContinuousClock.now < end {
        used.note(try await cache.current().credential.accessKeyID)
        guard try await store.bytes(of: "x", limit: 4096) == bytes else { return -1 }
        count += 1
        // What a reader does with what it has read.
        try await delay(for: .milliseconds(100), charging: StallCause("reader"))
      }
      return count
    }
  }

  @Test(
    "64 readers never fail while keys end and their service fails, and each refresh is one request and its retries",
    .enabled(if: seconds != nil, "needs STREAMING_ROTATION_SECONDS, as IntegrationTests/credential-rotation sets it"))
  func rotation() async throws {
    let seconds = try #require(Self.seconds)
    let lifetime = Duration.seconds(seconds >= 180 ? 60 : max(4, seconds / 2))
    let issuer = try FakeCredentialServices {
      $0.lifetime = lifetime
      $0.failurePercentage = 20
      // Of the first ten requests these fail: 1 with 500, 3 with 503, 4 and 7 without an answer, 6 with nonsense.
      $0.seed = 6268
    }
    let server = try FakeS3 {
      $0.credentials = []
      $0.issuer = issuer
    }
    let scene = try scene(issuer, server)
    try server.put(scene.bytes, bucket: "data", key: "x")
    let end = ContinuousClock.now + .seconds(seconds)
    let readCount = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<64 { group.addTask { try await scene.read(until: end) } }
      var sum = 0
      for try await count in group {
        #expect(count > 0)
        sum += count
      }
      return sum
    }
    // A last refresh, so that none is under way when they are counted.
    await scene.cache.refused(try await scene.cache.current())
    scene.used.note(try await scene.cache.current().credential.accessKeyID)

    // The server's log keeps the newest 50,000 at least.
    let reads = server.requests
    #expect(reads.count >= min(readCount, 50_000) && reads.allSatisfy { $0.status == 200 })
    let requests = issuer.requests
    let failed = requests.count { $0.isFailure }
    let refreshes = Self.refreshes(requests)
    // Every request brought a credential or failed as ordered; every credential was used; no refresh is without an end.
    #expect(requests.allSatisfy { $0.service == .container && ($0.isFailure || $0.status == 200) })
    #expect(requests.count == issuer.issuedCount + failed)
    #expect(refreshes.count == issuer.issuedCount && scene.used.count == issuer.issuedCount)
    #expect(failed >= 3 && refreshes.count >= 3, "\(failed) failed in \(refreshes.count) refreshes")
    // None is made beside another.
    for (earlier, later) in zip(requests, requests.dropFirst()) { #expect(later.received >= earlier.answered) }
    for (earlier, later) in zip(refreshes, refreshes.dropFirst().dropLast()) {
      // None begins before seven tenths of a life; the service tells its end in whole seconds.
      let age = later[0].received - earlier[earlier.count - 1].answered
      #expect(age >= (lifetime - .seconds(1)) * 0.7)
      // Retries keep a distance; where a life ends one may follow at once.
      let close = zip(later, later.dropFirst()).count { $1.received - $0.answered < .milliseconds(50) }
      #expect(close <= 1)
    }
    print(
      "rotation: \(readCount) reads by 64 readers in \(seconds) s, none failed; keys of \(lifetime.components.seconds) s, "
        + "\(refreshes.count) refreshes by \(refreshes.count) requests and \(failed) retries of failed ones")
  }

  private func scene(_ issuer: FakeCredentialServices, _ server: FakeS3) throws -> Scene {
    let environment = EnvironmentVariables([
      "HOME": "/nonexistent", "AWS_CONTAINER_CREDENTIALS_FULL_URI": issuer.endpoint + "/container",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN": FakeCredentialServices.containerToken,
    ])
    let cache = CredentialCache<AWSCredential>(.aws(environment: environment))
    // No layer that repeats: a read with keys that have ended would fail the test.
    let store = try S3Store(
      bucket: "data",
      options: S3Options(identity: .credentials(cache), endpoint: try HTTPURL(parsing: server.endpoint)),
      transport: try CurlTransport())
    return Scene(store: store, cache: cache)
  }

  /// The requests cut after each that brought a credential; what is left over counts as one more.
  private static func refreshes(_ requests: [FakeCredentialServices.Request]) -> [[FakeCredentialServices.Request]] {
    var refreshes: [[FakeCredentialServices.Request]] = []
    var current: [FakeCredentialServices.Request] = []
    for request in requests {
      current.append(request)
      guard !request.isFailure else { continue }
      refreshes.append(current)
      current = []
    }
    return current.isEmpty ? refreshes : refreshes + [current]
  }
}
