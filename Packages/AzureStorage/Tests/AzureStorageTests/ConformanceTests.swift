import AzureStorage
import BinaryIO
import FakeObjectStores
import HTTPTransport
import ObjectStorage
import ObjectStoreConformance
import Testing

/// The suite that every store passes, over this one.
struct ConformanceTests {
  @Test("against the fake server, with short pages, large blobs in blocks, signed by the account's key")
  func fake() async throws {
    let server = try FakeAzure { $0.pageLength = 7 }
    let container = try server.store { options in
      options.blockThreshold = 2 << 20
      options.blockByteCount = 1 << 20
    }
    for result in await ConformanceSuite(container).run() {
      #expect(result.hasPassed, "\(result)")
      #expect(result.skipReason == nil, "\(result)")
    }
    var prefixed = ConformanceSuite.Options()
    prefixed.longestKey = ObjectKey.maximumByteCount - "p/q/".utf8.count
    for result in await ConformanceSuite(RetryingStore(PrefixedStore(container, prefix: "p/q")), prefixed).run() {
      #expect(result.hasPassed, "\(result)")
    }
    #expect(server.keys(container: "data") == [])
  }
}
