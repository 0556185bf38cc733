import BinaryIO
import CloudAuth
import FakeObjectStores
import Foundation
import HTTPTransport
import ObjectStorage
import S3Storage
import Synchronization
import Testing

/// Many readers over keys that end soon, from a service that fails at every fifth request.
struct CredentialRotationTests {
  /// `STREAMING_ROTATION_SECONDS`: how long to read, with keys of a minute; unset for a few seconds with keys of eight.
  static let longRun = ProcessInfo.processInfo.environment["STREAMING_ROTATION_SECONDS"].flatMap { Int($0) }

  final class UsedKeys: Sendable {
    private let names = Mutex<Set<String>>([])
    func note(_ name: String) { names.withLock { _ = $0.insert(name) } }
    var count: Int { names.withLock { $0.count } }
  }

  @Test("64 readers never fail while keys end and their service fails, and each renewal is one request")
  func rotation() async throws {
    let issuer = try FakeCredentialServices {
      $0.lifetime = .seconds(Self.longRun == nil ? 8 : 60)
      $0.failurePercentage = 20
      $0.seed = 3
    }
    let server = try FakeS3 {
      $0.credentials = []
      $0.issuer = issuer
    }
    let bytes = (0..<4096).map { UInt8(truncatingIfNeeded: $0) }
    try server.put(bytes, bucket: "data", key: "x")
    let environment = EnvironmentVariables([
      "HOME": "/nonexistent", "AWS_CONTAINER_CREDENTIALS_FULL_URI": issuer.endpoint + "/container",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN": FakeCredentialServices.containerToken,
    ])
    let cache = CredentialCache<AWSCredential>(.aws(environment: environment))
    let store = try S3Store(
      bucket: "data",
      options: S3Options(identity: .credentials(cache), endpoint: try HTTPURL(parsing: server.endpoint)),
      transport: try CurlTransport())
    let end = ContinuousClock.now + .seconds(Self.longRun ?? 14)
    let used = UsedKeys()
    let readCount = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<64 {
        group.addTask {
          var count = 0
          while ContinuousClock.now < end {
            let found = try await cache.current()
            used.note(found.credential.accessKeyID)
            // No retries: a read with keys that have ended would fail the test.
            guard try await store.bytes(of: "x", limit: 4096) == bytes else { return -1 }
            count += 1
          }
          return count
        }
      }
      var sum = 0
      for try await count in group {
        #expect(count > 0)
        sum += count
      }
      return sum
    }
    let requests = issuer.requests
    let refused = requests.count { $0.status != 200 }
    // Each request renews, or fails by itself: none is made beside another.
    let issuedCount = issuer.issuedCount
    let failedCount = requests.count - issuedCount
    #expect(used.count >= issuedCount - 1 && issuedCount >= 2)
    #expect(failedCount >= refused && failedCount <= requests.count / 2 + 2, "\(failedCount) of \(requests.count)")
    #expect(server.requests.allSatisfy { $0.status == 200 })
    print(
      "rotation: \(readCount) reads by 64 readers, none failed; \(issuedCount) credentials by \(requests.count) requests, "
        + "\(failedCount) of which failed")
  }
}
