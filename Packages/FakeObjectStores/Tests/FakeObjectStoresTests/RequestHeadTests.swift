import TestSupport
import Testing

@testable import FakeObjectStores

@Suite("Heads of requests")
struct RequestHeadTests {
  func status(_ text: String) -> Int {
    do throws(HTTPRequestHead.Flaw) {
      _ = try HTTPRequestHead(parsing: Array(text.utf8)).contentLength
      return 200
    } catch {
      return error.status
    }
  }

  @Test("a good one is read as it stands")
  func good() throws {
    let text =
      "PUT /a%20b?x=1&y HTTP/1.1\r\nHost:  h \r\nX-A: 1\r\nx-a:2\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n"
    let head = try HTTPRequestHead(parsing: Array(text.utf8))
    #expect(head.method == "PUT" && head.path == "/a%20b" && head.query == "x=1&y")
    #expect(head["host"] == "h" && head["x-a"] == "1,2" && head["none"] == nil)
    #expect(try head.contentLength == 12)
    #expect(head.expectsContinue && head.keepsAlive)
  }

  @Test(
    "what is none gets its status",
    arguments: [
      ("GET / HTTP/1.1\r\n\r\n", 200), ("GET / HTTP/1.1\n\n", 200), ("GET / HTTP/2.0\r\n\r\n", 505),
      ("GET /  HTTP/1.1\r\n\r\n", 400), ("GET HTTP/1.1\r\n\r\n", 400), ("get / HTTP/1.1\r\n\r\n", 400),
      ("GET http://a/ HTTP/1.1\r\n\r\n", 400), ("GET /a\u{0} HTTP/1.1\r\n\r\n", 400),
      ("GET /é HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\na b: c\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\n: c\r\n\r\n", 400), ("GET / HTTP/1.1\r\nabc\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\na: \rb\r\n\r\n", 400), ("GET / HTTP/1.1\r\n a: folded\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
      ("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nContent-Length: \r\n\r\n", 400), ("", 400), ("\r\n", 400),
      ("GET / HTTP/1.1\r\n", 400),
      ("GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 129) + "\r\n", 431),
    ])
  func flaws(text: String, expected: Int) { #expect(status(text) == expected) }

  @Test("random bytes and damaged heads end in a head or a status", arguments: 0..<200)
  func random(seed: Int) {
    var random = SplitMix64(state: UInt64(seed))
    var bytes = Array(
      "PUT /bucket/key?x=%41 HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\nRange: bytes=1-2\r\n\r\n".utf8)
    for _ in 0..<(seed % 20) {
      bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
    }
    if seed % 3 == 0 { bytes = (0..<200).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
    do throws(HTTPRequestHead.Flaw) {
      let head = try HTTPRequestHead(parsing: bytes)
      _ = try? S3Request(head)
      _ = head["range"].flatMap(S3Service.range)?.resolved(in: 100)
    } catch {
      #expect((400...599).contains(error.status))
    }
  }
}
