import BinaryIO
import CloudAuth
import FakeObjectStores
import GoogleCloudStorage
import ObjectStorage
import StoreTestSupport
import TestSupport
import Testing

struct RegistrationTests {
  @Test("the example of the README uploads, lists and reads")
  func example() async throws {
    let server = try FakeGCS()
    let environment = EnvironmentVariables(["STORAGE_EMULATOR_HOST": server.host.endpoint])
    let bytes: [UInt8] = [1, 2, 3]
    // snippet: gcs
    var stores = ObjectStoreRegistry()
    stores.registerGoogleCloud(environment: environment)
    let store = try await stores.open("gs://data/train")
    try await store.put("shard.00000.mds", bytes: bytes, options: PutOptions(createOnly: true))
    for object in try await store.allObjects() {
      print(object.key, object.byteCount, try await store.bytes(of: object.key, limit: .megabytes(64)).count)
    }
    // end snippet
    #expect(server.keys(bucket: "data") == ["train/shard.00000.mds"])
  }

  @Test("keys of the XML API go to the opener for S3's protocol, and are refused without one")
  func hmac() async throws {
    let environment = EnvironmentVariables(["GCS_KEY": "GOOG1", "GCS_SECRET": "hunter2"])
    var refusing = ObjectStoreRegistry()
    refusing.registerGoogleCloud(environment: environment)
    await expect(.misconfigured) { try await refusing.open("gs://data/x") }
    var stores = ObjectStoreRegistry()
    let memory = MemoryStore(["a/x/k": [7]])
    stores.registerGoogleCloud(environment: environment) { bucket, keys, _ throws(ObjectStoreError) in
      #expect(bucket == "data")
      return memory
    }
    #expect(try await stores.open("gs://data/a/x").bytes(of: "k", limit: 1) == [7])
  }

  @Test("addresses with a user, a port or a query are refused", arguments: ["gs://u@data/x", "gs://data:1/x", "gs://data/x?a"])
  func refused(address: String) async throws {
    var stores = ObjectStoreRegistry()
    stores.registerGoogleCloud(environment: EnvironmentVariables([:]))
    await expect(.unusableURL) { try await stores.open(address) }
  }
}
