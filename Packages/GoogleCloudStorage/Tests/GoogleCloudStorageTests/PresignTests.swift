import CloudAuth
import FakeObjectStores
import Foundation
import GoogleCloudStorage
import HTTPTransport
import ObjectStorage
import StoreTestSupport
import TestSupport
import Testing

struct PresignTests {
  @Test("a URL that a service account signed reads or writes one object, by anyone, until it expires")
  func signed() async throws {
    let issuer = try FakeCredentialServices()
    let server = try FakeGCS {
      $0.tokens = ["some"]
      $0.signer = issuer.serviceAccount
    }
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 4) }
    try await withTemporaryDirectory { folder in
      let path = folder + "/key.json"
      try Data(issuer.serviceAccount.file(endpoint: issuer.endpoint).utf8).write(to: URL(fileURLWithPath: path))
      var options = GCSOptions(identity: .anonymous, endpoint: try HTTPURL(parsing: server.host.endpoint))
      let unsigned = try GCSStore(bucket: "data", options: options, transport: CurlTransport())
      await expect(.unsupported) { try await unsigned.presignedURL(for: .reading, "a", lifetime: .seconds(60)) }
      #expect(!unsigned.abilities.contains(.presign))
      options.signingFile = path
      let transport = try CurlTransport()
      let store = try GCSStore(bucket: "data", options: options, transport: transport)
      #expect(store.abilities.contains(.presign))
      let writing = try await store.presignedURL(for: .writing, "a b/c+ü", lifetime: .seconds(60))
      #expect(!"\(writing)".contains("Signature"))
      let put = HTTPRequest(.put, try HTTPURL(parsing: writing.text), body: MemorySource(bytes))
      #expect(try await transport.perform(put).head.status == 200)
      let reading = try await store.presignedURL(for: .reading, "a b/c+ü", lifetime: .seconds(60))
      let get = HTTPRequest(.get, try HTTPURL(parsing: reading.text))
      #expect(try await transport.perform(get).body == bytes)
      for (part, other) in [("c%2B", "d"), ("Expires=60", "Expires=61")] {
        let changed = HTTPRequest(.get, try HTTPURL(parsing: reading.text.replacing(part, with: other)))
        #expect(try await transport.perform(changed).head.status == 403)
      }
      let wrongMethod = HTTPRequest(.put, try HTTPURL(parsing: reading.text), body: MemorySource(bytes))
      #expect(try await transport.perform(wrongMethod).head.status == 403)
      server.host.setClockOffset(.seconds(120))
      #expect(try await transport.perform(get).head.status == 400)
      await expect(.misconfigured) { try await store.presignedURL(for: .reading, "a", lifetime: .zero) }
    }
  }
}
