import ObjectStorage
import SFTPStorage
import StoreTestSupport
import Testing

struct ReadmeTests {
  @Test("the README's example finds the settings of an address")
  func example() async throws {
    // snippet: SFTPStorage
    var stores = ObjectStoreRegistry()
    stores.registerSFTP()
    try stores.configure("sftp://files.example.org") {
      $0.identity = .file("/run/secrets/id_ed25519")
      $0.settings["known_hosts"] = "/etc/ssh/ssh_known_hosts"
    }
    // end snippet
    let opened = stores
    let error = await expect(.misconfigured) { try await opened.open("sftp://me:hidden@files.example.org/data") }
    #expect(error?.detail.contains("/run/secrets/id_ed25519") == true)
    #expect(!"\(String(describing: error))".contains("hidden"))
  }
}
