import BinaryIO
import FakeObjectStores
import TestSupport
import Testing

@Suite("Objects in a directory")
struct DirectoryTests {
  @Test("files are objects, objects are files")
  func files() throws {
    try withTemporaryDirectory { folder in
      let server = try FakeS3(buckets: ["data"]) { $0.directory = folder }
      let client = try RawClient(server)
      try FileSystem.createDirectory(folder + "/data/sub")
      try FileSystem.write(([7, 8, 9] as [UInt8]).span.bytes, to: folder + "/data/sub/file")
      #expect(client.perform("GET", "/data/sub/file", headers: [("range", "bytes=1-")])?.body == [8, 9])
      #expect(client.perform("PUT", "/data/x/y z", body: [1, 2])?.status == 200)
      #expect(try FileSystem.readAll(folder + "/data/x/y z") == [1, 2])
      let first = try #require(client.perform("HEAD", "/data/x/y z")?.headers["etag"])
      #expect(client.perform("PUT", "/data/x/y z", body: [3])?.status == 200)
      #expect(client.perform("HEAD", "/data/x/y z")?.headers["etag"] != first)
      let create = [("if-none-match", "*")]
      #expect(client.perform("PUT", "/data/x/y z", headers: create, body: [4])?.status == 412)
      #expect(client.perform("GET", "/data", [("list-type", "2")])?.elements("Key") == ["sub/file", "x/y z"])
      #expect(client.perform("DELETE", "/data/x/y z")?.status == 204)
      #expect(try FileSystem.status(of: folder + "/data/x/y z") == nil)
      #expect(client.perform("GET", "/data/x/y z")?.status == 404)
    }
  }

  @Test(
    "no key and no bucket leads out of the directory",
    arguments: ["../secret", "a/../../secret", "/secret", "a//b", "."])
  func inside(key: String) throws {
    try withTemporaryDirectory { folder in
      try FileSystem.write(([1] as [UInt8]).span.bytes, to: folder + "/secret")
      let server = try FakeS3(buckets: ["data"]) { $0.directory = folder + "/root" }
      let client = try RawClient(server)
      #expect(client.perform("GET", "/data/\(key)")?.status == 404)
      #expect(client.perform("PUT", "/data/\(key)", body: [2])?.status == 400)
      #expect(client.perform("DELETE", "/data/\(key)")?.status == 204)
      #expect(client.perform("GET", "/../secret")?.status == 404)
      #expect(try FileSystem.readAll(folder + "/secret") == [1])
    }
  }
}
