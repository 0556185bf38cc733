import CloudAuth
import FakeObjectStores
import HTTPStorage
import HTTPTransport
import ObjectStorage
import Testing

struct DiagnosisTests {
  @Test("a web server's diagnosis tells who asks, the clock and the server's name, and no secret")
  func web() async throws {
    let server = try FakeS3 { $0.publicBuckets = ["data"] }
    server.setClockOffset(.seconds(90))
    let options = HTTPStoreOptions(
      base: try HTTPURL(parsing: server.endpoint + "/data?signature=hidden"),
      identity: .basic(user: "me", password: Secret("hidden")))
    let found = await HTTPStore(options: options, transport: try CurlTransport()).diagnose()
    #expect(found.endpoint == server.endpoint + "/data" && found.credentials.first?.found == "asked as user me")
    #expect(!"\(found)".contains("hidden") && found.settings.contains { $0.value == "FakeS3" })
    #expect(found.clockOffset.map { $0 > .seconds(85) && $0 < .seconds(95) } == true)
    #expect(server.requests.allSatisfy { $0.query == nil })
  }

  @Test("the Hub's diagnosis tells repository, revision and where the token was looked for")
  func hub() async throws {
    let hub = try FakeHub()
    let options = HubOptions(endpoint: try HTTPURL(parsing: hub.host.endpoint), token: Secret("hidden"), tokenSource: "a file")
    let store = HubStore(
      try HubAddress(StoreURL(parsing: "hf://datasets/org/data/train")), options: options, transport: try CurlTransport())
    let found = await store.diagnose()
    #expect(found.credentials.map(\.name) == ["a file"] && !"\(found)".contains("hidden"))
    #expect(found.settings.map(\.value) == ["org/data", "main"] && found.clockOffset != nil)
  }
}
