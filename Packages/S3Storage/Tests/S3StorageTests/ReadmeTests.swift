import BinaryIO
import CloudAuth
import FakeObjectStores
import ObjectStorage
import S3Storage
import TestSupport
import Testing

struct ReadmeTests {
  @Test("the example of the README puts, lists and downloads")
  func example() async throws {
    let server = try FakeS3()
    let keys = FakeS3.Credential.test
    let environment = EnvironmentVariables([
      "HOME": "/nowhere", "S3_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": keys.accessKeyID,
      "AWS_SECRET_ACCESS_KEY": keys.secretAccessKey,
    ])
    let bytes: [UInt8] = [1, 2, 3]
    try await withTemporaryDirectory { folder in
      // snippet: s3
      var stores = ObjectStoreRegistry()
      stores.registerS3(environment: environment)
      let store = try await stores.open("s3://data/train")
      try await store.put("shard.00000.mds", bytes: bytes)
      for object in try await store.allObjects() {
        try await store.download(object.key, to: folder + "/" + object.key.lastComponent)
      }
      // end snippet
      let read = try FileSystem.readAll(folder + "/shard.00000.mds")
      #expect(read == bytes)
    }
  }
}
