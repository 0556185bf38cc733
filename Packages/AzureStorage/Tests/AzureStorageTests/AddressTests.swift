import AzureStorage
import BinaryIO
import CloudAuth
import FakeObjectStores
import ObjectStorage
import StoreTestSupport
import TestSupport
import Testing

struct AddressTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    var named: String?
    let account: String
    let container: String
    let path: String
    var testDescription: String { "\(text) \(named ?? "")" }
  }

  @Test(
    "account, container and path are told apart as upstream does, up and down",
    arguments: [
      Case(text: "azure://acc.blob.core.windows.net/con/a/b", account: "acc", container: "con", path: "a/b"),
      Case(text: "azure://acc/con/a/b", account: "acc", container: "con", path: "a/b"),
      Case(text: "azure://acc/con/a", named: "acc", account: "acc", container: "con", path: "a"),
      Case(text: "azure://con/a/b", named: "acc", account: "acc", container: "con", path: "a/b"),
      Case(text: "azure-dl://fs/a", named: "acc", account: "acc", container: "fs", path: "a"),
      Case(text: "az://con", named: "acc", account: "acc", container: "con", path: ""),
      Case(text: "abfss://con@acc.dfs.core.windows.net/a", account: "acc", container: "con", path: "a"),
      Case(text: "https://acc.blob.core.windows.net/con/a%20b", account: "acc", container: "con", path: "a b"),
    ])
  func addresses(given: Case) throws {
    let address = try AzureAddress(StoreURL(parsing: given.text), account: given.named)
    #expect(address.account == given.account && address.container == given.container && address.path == given.path)
  }

  @Test("addresses without an account or a container are refused")
  func refused() async throws {
    await expect(.misconfigured) { try AzureAddress(StoreURL(parsing: "az://con/a"), account: nil) }
    await expect(.unusableURL) { try AzureAddress(StoreURL(parsing: "azure://acc"), account: nil) }
    await expect(.unusableURL) { try AzureAddress(StoreURL(parsing: "azure://a_c/con/x"), account: nil) }
  }

  @Test("the example of the README uploads, lists and reads")
  func example() async throws {
    let server = try FakeAzure()
    let environment = EnvironmentVariables([
      "AZURE_ACCOUNT_NAME": server.options.account, "AZURE_ACCOUNT_ACCESS_KEY": server.options.key,
      "AZURE_STORAGE_ENDPOINT": server.endpoint,
    ])
    let bytes: [UInt8] = [1, 2, 3]
    // snippet: azure
    var stores = ObjectStoreRegistry()
    stores.registerAzure(environment: environment)
    let store = try await stores.open("azure://data/train")
    try await store.put("shard.00000.mds", bytes: bytes, options: PutOptions(createOnly: true))
    for object in try await store.allObjects() {
      print(object.key, object.byteCount, try await store.bytes(of: object.key, limit: .megabytes(64)).count)
    }
    // end snippet
    #expect(server.keys(container: "data") == ["train/shard.00000.mds"])
  }

  @Test("a connection string names endpoint and key")
  func connectionString() async throws {
    let server = try FakeAzure()
    var stores = ObjectStoreRegistry()
    stores.registerAzure(
      environment: EnvironmentVariables([
        "AZURE_STORAGE_CONNECTION_STRING":
          "AccountName=\(server.options.account);AccountKey=\(server.options.key);BlobEndpoint=\(server.endpoint)"
      ]))
    let store = try await stores.open("azure://\(server.options.account)/data/x")
    try await store.put("k", bytes: [1])
    #expect(server.keys(container: "data") == ["x/k"])
  }

  @Test("other https addresses stay with whom they were registered for")
  func others() async throws {
    var stores = ObjectStoreRegistry()
    stores.register("https") { (_: StoreURL, _: StoreOptions) throws(ObjectStoreError) in MemoryStore(["k": [9]]) }
    stores.registerAzure(environment: EnvironmentVariables([:]))
    #expect(try await stores.open("https://example.org/x").bytes(of: "k", limit: 1) == [9])
  }
}
