import Testing

@testable import FakeObjectStores

@Suite("Objects")
struct ObjectTests {
  @Test("an object comes back as it was put, whole and in parts", arguments: [0, 1, 10, 70_000])
  func ranges(byteCount: Int) throws {
    let server = try FakeS3()
    let client = try RawClient(server)
    let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let put = try #require(client.perform("PUT", "/data/a b+%c é", body: bytes))
    #expect(put.status == 200)
    let whole = try #require(client.perform("GET", "/data/a b+%c é"))
    #expect(whole.status == 200 && whole.body == bytes && whole.headers["etag"] == put.headers["etag"])
    #expect(server.keys(bucket: "data") == ["a b+%c é"])
    let head = try #require(client.perform("HEAD", "/data/a b+%c é"))
    #expect(head.status == 200 && head.headers["content-length"] == "\(byteCount)" && head.body.isEmpty)

    for first in [0, 1, byteCount - 1, byteCount, byteCount + 1] where first >= 0 {
      for last in [first - 1, first, byteCount - 1, byteCount, byteCount * 2] {
        let response = try #require(
          client.perform("GET", "/data/a b+%c é", headers: [("range", "bytes=\(first)-\(last)")]))
        check(response, bytes, first, last)
      }
      check(
        try #require(client.perform("GET", "/data/a b+%c é", headers: [("range", "bytes=\(first)-")])), bytes,
        first, .max - 1)
    }
    for count in [0, 1, byteCount, byteCount + 5] {
      let response = try #require(
        client.perform("GET", "/data/a b+%c é", headers: [("range", "bytes=-\(count)")]))
      #expect(response.status == (count == 0 || byteCount == 0 ? 416 : 206))
      if response.status == 206 { #expect(response.body == Array(bytes.suffix(count))) }
    }
    #expect(server.connectionCount == 1)
  }

  /// RFC 9110 in its shortest form.
  func check(_ response: RawResponse, _ bytes: [UInt8], _ first: Int, _ last: Int) {
    if last < first {
      #expect(response.status == 200 && response.body == bytes)
    } else if first >= bytes.count {
      #expect(response.status == 416 && response.element("Code") == "InvalidRange")
      #expect(response.element("ActualObjectSize") == "\(bytes.count)")
    } else {
      let end = min(last, bytes.count - 1)
      #expect(response.status == 206 && response.body == Array(bytes[first...end]))
      #expect(response.headers["content-range"] == "bytes \(first)-\(end)/\(bytes.count)")
    }
  }

  @Test("the example of the README")
  func example() throws {
    // snippet: FakeObjectStores
    let server = try FakeS3(buckets: ["data"])
    try server.put([1, 2, 3], bucket: "data", key: "train/index.json")
    server.inject(.slowDown(retryAfter: 1), into: RequestMatch(method: "GET", keyContains: "index", count: 2))
    server.inject(
      .reset(after: 100_000), into: RequestMatch(method: "GET", keyContains: "shard", skipping: 3))

    let endpoint = server.endpoint  // give it to a client, with the keys of FakeS3.Credential.test
    let failed = server.requests.filter { $0.status == 503 }
    // end snippet
    #expect(endpoint == "http://127.0.0.1:\(server.port)" && failed.isEmpty)
    let client = try RawClient(server)
    let statuses = (0..<3).map { _ in client.perform("GET", "/data/train/index.json")?.status }
    #expect(statuses == [503, 503, 200])
    #expect(server.requests.map(\.status) == [503, 503, 200])
  }

  @Test("several ranges, other units and nonsense are ignored, as S3 does")
  func oddRanges() {
    for header in ["bytes=0-1,3-4", "lines=0-1", "bytes=a-b", "bytes=", "bytes=-", "bytes=5-2", "bytes 1-2"] {
      #expect(S3Service.range(header) == nil, "\(header)")
    }
    #expect(S3Service.range("bytes=0-99999999999999999999") == .from(0, through: .max))
    #expect(S3Service.range("bytes=99999999999999999999-")?.resolved(in: 5) == nil)
    #expect(S3Service.range("bytes=-99999999999999999999")?.resolved(in: 5) == 0..<5)
  }

  @Test("conditions on reading and writing")
  func conditions() throws {
    let server = try FakeS3()
    let client = try RawClient(server)
    let create = [("if-none-match", "*")]
    let first = try #require(client.perform("PUT", "/data/a", headers: create, body: [1]))
    let tag = try #require(first.headers["etag"])
    // md5sum of the byte 0x01
    #expect(tag == "\"55a54008ad1ba589aa210d2629c1df41\"")
    #expect(client.perform("PUT", "/data/a", headers: create, body: [2])?.status == 412)
    #expect(client.perform("GET", "/data/a", headers: [("if-match", tag)])?.body == [1])
    #expect(
      client.perform("GET", "/data/a", headers: [("if-match", "\"x\"")])?.element("Code")
        == "PreconditionFailed")
    #expect(client.perform("GET", "/data/a", headers: [("if-none-match", tag)])?.status == 304)
    #expect(client.perform("PUT", "/data/a", headers: [("if-match", "\"x\"")], body: [3])?.status == 412)
    #expect(client.perform("PUT", "/data/b", headers: [("if-match", tag)], body: [3])?.status == 404)
    #expect(client.perform("PUT", "/data/a", headers: [("if-match", tag)], body: [3])?.status == 200)
    #expect(server.bytes(bucket: "data", key: "a") == [3])
    #expect(client.perform("DELETE", "/data/a")?.status == 204)
    #expect(client.perform("DELETE", "/data/a")?.status == 204)
    let missing = try #require(client.perform("GET", "/data/a"))
    #expect(missing.status == 404 && missing.element("Code") == "NoSuchKey" && missing.element("Key") == "a")
    #expect(client.perform("HEAD", "/data/a")?.status == 404)
    #expect(client.perform("GET", "/none/a")?.element("Code") == "NoSuchBucket")
    #expect(client.perform("PATCH", "/data/a")?.status == 405)
  }

  @Test("bodies: promised, chunked, missing, wrong, too large")
  func bodies() throws {
    let server = try FakeS3 { $0.maximumPutByteCount = 1000 }
    var request = SignedRequest("PUT", "/data/a", body: [UInt8](repeating: 9, count: 500))
    request.headers = [("expect", "100-continue")]
    let client = try RawClient(server)
    client.send(request.bytes(withBody: false))
    #expect(client.response()?.status == 100)
    client.send(request.body)
    #expect(client.response()?.status == 200)

    request.payload = String(repeating: "0", count: 64)
    request.headers = []
    #expect(client.perform(request)?.element("Code") == "XAmzContentSHA256Mismatch")
    request.payload = "UNSIGNED-PAYLOAD"
    #expect(client.perform(request)?.status == 200)
    request.payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    #expect(client.perform(request)?.status == 501)
    request.payload = nil
    request.body = [UInt8](repeating: 9, count: 1001)
    #expect(client.perform(request)?.element("Code") == "EntityTooLarge")
    #expect(client.perform("GET", "/data/a")?.body.count == 500, "the connection is still good")
    #expect(server.connectionCount == 1)

    // Refused before the body was sent: the client may send it or not, so the connection ends.
    var unwanted = SignedRequest("PUT", "/none/a", body: [1])
    unwanted.headers = [("expect", "100-continue")]
    unwanted.credential.secretAccessKey = "wrong"
    let other = try RawClient(server)
    other.send(unwanted.bytes(withBody: false))
    let refused = try #require(other.response())
    #expect(refused.status == 403 && refused.headers["connection"] == "close" && other.isAtEnd)

    var length = SignedRequest("PUT", "/data/a")
    length.body = []
    let without = String(decoding: length.bytes(), as: UTF8.self).replacing("content-length: 0\r\n", with: "")
    let third = try RawClient(server)
    third.send(without)
    #expect(third.response()?.status == 411)
  }

  @Test("credentials: each mistake has AWS's code; a token belongs to its key")
  func credentials() throws {
    var temporary = FakeS3.Credential(accessKeyID: "ASIA1", secretAccessKey: "s", sessionToken: "token")
    let server = try FakeS3(buckets: ["data", "public"]) { [temporary] in
      $0.credentials.append(temporary)
      $0.publicBuckets = ["public"]
    }
    try server.put([5], bucket: "public", key: "a")
    let client = try RawClient(server)
    func code(_ change: (inout SignedRequest) -> Void) -> String? {
      var request = SignedRequest("GET", "/public/a")
      change(&request)
      return client.perform(request)?.element("Code")
    }
    #expect(code { _ in } == nil)
    #expect(code { $0.credential.secretAccessKey = "x" } == "SignatureDoesNotMatch")
    #expect(code { $0.credential.accessKeyID = "x" } == "InvalidAccessKeyId")
    #expect(code { $0.age = 1000 } == "RequestTimeTooSkewed")
    #expect(code { $0.age = -1000 } == "RequestTimeTooSkewed")
    #expect(code { $0.region = "eu-west-1" } == "AuthorizationHeaderMalformed")
    #expect(code { $0.credential = temporary } == nil)
    temporary.sessionToken = "other"
    #expect(code { $0.credential = temporary } == "InvalidToken")
    temporary.sessionToken = nil
    #expect(code { $0.credential = temporary } == "InvalidToken")
    server.setClockOffset(.seconds(3600))
    #expect(code { _ in } == "RequestTimeTooSkewed")
    server.setClockOffset(.zero)
    #expect(code { _ in } == nil)

    func anonymous(_ line: String) -> Int? {
      client.send("\(line) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
      return client.response()?.status
    }
    #expect(anonymous("GET /public/a") == 200)
    #expect(anonymous("GET /data/a") == 403)
    #expect(anonymous("PUT /public/a") == 403)
    #expect(anonymous("DELETE /public/a") == 403)
    #expect(server.bytes(bucket: "public", key: "a") == [5])
  }

  @Test("several requests in one packet are answered in order; blank lines before one are skipped")
  func pipelined() throws {
    let server = try FakeS3()
    for index in 0..<5 { try server.put([UInt8(index)], bucket: "data", key: "\(index)") }
    let client = try RawClient(server)
    client.send((0..<5).flatMap { Array("\r\n".utf8) + SignedRequest("GET", "/data/\($0)").bytes() })
    #expect((0..<5).map { _ in client.response()?.body } == (0..<5).map { [UInt8($0)] })
    client.send("GET / HTTP/1.0\r\n\r\n")
    #expect(client.response()?.status == 403 && client.isAtEnd)
  }

  @Test("a head without end is cut off; one that trickles in is read")
  func hostileHeads() throws {
    let server = try FakeS3()
    let endless = try RawClient(server)
    endless.send(
      "GET / HTTP/1.1\r\n"
        + String(repeating: "x: " + String(repeating: "y", count: 1000) + "\r\n", count: 200))
    #expect(endless.response()?.status == 431 && endless.isAtEnd)
    let trickling = try RawClient(server)
    for byte in SignedRequest("GET", "/").bytes() { trickling.send([byte]) }
    #expect(trickling.response()?.elements("Name") == ["data"])
    let gone = try RawClient(server)
    gone.send("GET / HT")
    gone.endSending()
    #expect(gone.response() == nil)
  }
}
