import BinaryIO
import CloudAuth
import FakeObjectStores
import HTTPStorage
import ObjectStorage
import Testing

struct ReadmeTests {
  @Test("the example of the README reads a file")
  func example() async throws {
    let hub = try FakeHub()
    try hub.put([123, 125], repository: "org/data", path: "index.json", isLarge: false)
    let environment = EnvironmentVariables([:])
    let server = hub.host.endpoint + "/datasets"
    // snippet: http
    var stores = ObjectStoreRegistry()
    stores.registerHTTP(environment: environment)
    // Also "https://server/folder" and "hf://datasets/org/name@v1.0/train".
    let store = try await stores.open("\(server)/org/data/resolve/main")
    let index = try await store.bytes(of: "index.json", limit: .megabytes(1))
    // end snippet
    #expect(index == [123, 125])
  }

  @Test("hf:// addresses are opened with endpoint and token of the environment, below their path")
  func hub() async throws {
    let hub = try FakeHub(token: "hunter2")
    try hub.put([1, 2], repository: "org/data", path: "train/x", isLarge: true)
    var stores = ObjectStoreRegistry()
    stores.registerHTTP(
      environment: EnvironmentVariables(["HF_ENDPOINT": hub.host.endpoint, "HF_TOKEN": "hunter2"]))
    let store = try await stores.open("hf://datasets/org/data/train")
    #expect(try await store.bytes(of: "x", limit: 2) == [1, 2])
    #expect(try await store.allObjects().map(\.key) == ["x"])
  }
}
