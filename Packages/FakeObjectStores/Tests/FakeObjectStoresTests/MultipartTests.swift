import FakeObjectStores
import Testing

@Suite("Multipart uploads")
struct MultipartTests {
  func complete(_ parts: [(Int, String)]) -> [UInt8] {
    let list = parts.map { "<Part><PartNumber>\($0.0)</PartNumber><ETag>\($0.1)</ETag></Part>" }.joined()
    return Array("<CompleteMultipartUpload>\(list)</CompleteMultipartUpload>".utf8)
  }

  @Test("parts become one object, in the order of their numbers")
  func upload() throws {
    let server = try FakeS3 { $0.minimumPartByteCount = 100 }
    let client = try RawClient(server)
    let id = try #require(client.perform("POST", "/data/a", [("uploads", "")])?.element("UploadId"))
    var tags: [(Int, String)] = []
    for number in [2, 1, 3] {
      let body = [UInt8](repeating: UInt8(number), count: number == 3 ? 5 : 100)
      let answer = client.perform(
        "PUT", "/data/a", [("partNumber", "\(number)"), ("uploadId", id)], body: body)
      tags.append((number, try #require(answer?.headers["etag"])))
    }
    tags.sort { $0.0 < $1.0 }
    #expect(server.keys(bucket: "data").isEmpty, "nothing is there before it is complete")
    func code(_ body: [UInt8]) -> String? {
      client.perform("POST", "/data/a", [("uploadId", id)], body: body)?.element("Code")
    }
    #expect(code(complete([tags[1], tags[0]])) == "InvalidPartOrder")
    #expect(code(complete([(1, tags[1].1)])) == "InvalidPart")
    #expect(code(complete([(4, tags[1].1)])) == "InvalidPart")
    #expect(code(complete([])) == "MalformedXML")
    #expect(code(Array("<x".utf8)) == "MalformedXML")
    let done = try #require(client.perform("POST", "/data/a", [("uploadId", id)], body: complete(tags)))
    #expect(done.status == 200)
    // md5 of the three parts' md5s, then the number of parts; Python: hashlib.md5(b"".join(…)).hexdigest()
    #expect(done.element("ETag") == "&quot;\(expectedTag)-3&quot;")
    #expect(
      server.bytes(bucket: "data", key: "a") == [UInt8](repeating: 1, count: 100)
        + [UInt8](repeating: 2, count: 100)
        + [UInt8](repeating: 3, count: 5))
    #expect(code(complete(tags)) == "NoSuchUpload")
  }

  /// `python3 -c "import hashlib as h; m=lambda b: h.md5(b).digest();
  /// print(h.md5(m(b'\1'*100)+m(b'\2'*100)+m(b'\3'*5)).hexdigest())"`
  let expectedTag = "10dcc653a19af2dd755dcd1189c1591a"

  @Test("small parts, odd numbers and foreign ids are refused; an aborted upload is gone")
  func refused() throws {
    let client = try RawClient(try FakeS3())
    let id = try #require(client.perform("POST", "/data/a", [("uploads", "")])?.element("UploadId"))
    for number in ["0", "10001", "x", ""] {
      let answer = client.perform("PUT", "/data/a", [("partNumber", number), ("uploadId", id)], body: [1])
      #expect(answer?.element("Code") == "InvalidArgument")
    }
    #expect(
      client.perform("PUT", "/data/b", [("partNumber", "1"), ("uploadId", id)], body: [1])?.status == 404)
    var tags: [(Int, String)] = []
    for number in 1...2 {
      let answer = client.perform(
        "PUT", "/data/a", [("partNumber", "\(number)"), ("uploadId", id)], body: [1])
      tags.append((number, try #require(answer?.headers["etag"])))
    }
    #expect(
      client.perform("POST", "/data/a", [("uploadId", id)], body: complete(tags))?.element("Code")
        == "EntityTooSmall")
    #expect(client.perform("DELETE", "/data/a", [("uploadId", id)])?.status == 204)
    #expect(client.perform("DELETE", "/data/a", [("uploadId", id)])?.element("Code") == "NoSuchUpload")
  }
}
