import CloudAuth
import FakeObjectStores
import GoogleCloudStorage
import HTTPTransport
import ObjectStorage
import Testing

struct DiagnosisTests {
  @Test("a diagnosis tells endpoint, credentials, the bucket's place and the clock, and no secret")
  func told() async throws {
    let server = try FakeGCS { $0.tokens = ["hidden"] }
    server.host.setClockOffset(.seconds(-90))
    let source = ExplicitSource(BearerToken(Secret("hidden")), name: "a test")
    let options = GCSOptions(
      identity: .credentials(CredentialCache<BearerToken>([source])), endpoint: try HTTPURL(parsing: server.host.endpoint))
    let found = try await GCSStore(bucket: "data", options: options, transport: CurlTransport()).diagnose()
    #expect(found.endpoint == server.host.endpoint + "/" && found.region == "EU")
    #expect(found.credentials.map(\.name) == ["a test"] && !"\(found)".contains("hidden"))
    #expect(found.clockOffset.map { $0 > .seconds(-95) && $0 < .seconds(-85) } == true)
  }

  @Test("a service that does not answer leaves a diagnosis of what is known, soon")
  func silent() async throws {
    let server = try FakeGCS()
    let options = GCSOptions(identity: .anonymous, endpoint: try HTTPURL(parsing: server.host.endpoint))
    let store = try GCSStore(bucket: "data", options: options, transport: CurlTransport())
    server.host.stop()
    let found = await store.diagnose()
    #expect(found.clockOffset == nil && found.region == nil && found.credentials.first?.found == "anonymous access")
  }
}
