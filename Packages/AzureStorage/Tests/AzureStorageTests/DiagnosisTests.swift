import AzureStorage
import FakeObjectStores
import ObjectStorage
import Testing

struct DiagnosisTests {
  @Test("a diagnosis tells endpoint, credentials and the clock, and no secret")
  func told() async throws {
    let server = try FakeAzure()
    server.host.setClockOffset(.seconds(90))
    let found = try await server.store().diagnose()
    #expect(found.endpoint == server.endpoint && found.credentials.map(\.name) == ["a test"])
    #expect(!"\(found)".contains(server.options.key))
    #expect(found.clockOffset.map { $0 > .seconds(85) && $0 < .seconds(95) } == true)
  }
}
