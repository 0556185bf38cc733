import BinaryIO
import Foundation
import HTTPTransport
import ObjectStorage
import StoreTestSupport
import Testing

@testable import S3Storage

struct AnswerTests {
  func store(_ answers: ScriptedClient.Answer..., token: String? = nil) throws -> (S3Store, ScriptedClient) {
    // One answer after the other, the last for all that follow.
    let client =
      answers.count == 1 ? ScriptedClient(answers[0]) : ScriptedClient(answers[0], answers[1])
    return (try S3Store(bucket: "data", options: .signed(token: token), transport: client), client)
  }

  static func document(_ code: String, _ extra: String = "") -> String {
    "<?xml version=\"1.0\"?>\n<Error><Code>\(code)</Code><Message>because</Message>\(extra)</Error>"
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let status: Int
    let code: String
    let expected: ObjectStoreError.Code
    var retry: RetryAdvice = .never
    var headers: HTTPHeaders = [:]
    var testDescription: String { "\(status) \(code)" }
  }

  @Test(
    "an error document becomes its code, with the source of the credentials and the service's words",
    arguments: [
      Case(status: 404, code: "NoSuchKey", expected: .notFound),
      Case(status: 404, code: "NoSuchBucket", expected: .notFound),
      Case(status: 403, code: "AccessDenied", expected: .forbidden),
      Case(status: 403, code: "InvalidAccessKeyId", expected: .unauthorized),
      Case(status: 403, code: "SignatureDoesNotMatch", expected: .unauthorized),
      Case(
        status: 400, code: "ExpiredToken", expected: .expiredCredential, retry: .afterRefreshingCredentials),
      Case(status: 403, code: "RequestTimeTooSkewed", expected: .clockSkew),
      Case(
        status: 403, code: "RequestTimeTooSkewed", expected: .clockSkew, retry: .now,
        headers: ["Date": "Sun, 06 Nov 1994 08:49:37 GMT"]),
      Case(status: 503, code: "SlowDown", expected: .throttled, retry: .now),
      Case(
        status: 503, code: "SlowDown", expected: .throttled, retry: .after(.seconds(7)),
        headers: ["Retry-After": "7"]),
      Case(status: 429, code: "", expected: .throttled, retry: .now),
      Case(status: 503, code: "", expected: .throttled, retry: .now),
      Case(status: 500, code: "InternalError", expected: .unavailable, retry: .now),
      Case(status: 502, code: "", expected: .unavailable, retry: .now),
      Case(status: 400, code: "RequestTimeout", expected: .timedOut, retry: .now),
      Case(status: 412, code: "PreconditionFailed", expected: .preconditionFailed),
      Case(status: 416, code: "InvalidRange", expected: .rangeNotSatisfiable),
      Case(status: 409, code: "ConditionalRequestConflict", expected: .unavailable, retry: .now),
      Case(status: 501, code: "NotImplemented", expected: .unsupported),
      Case(status: 400, code: "InvalidRequest", expected: .rejected),
      Case(status: 302, code: "", expected: .redirected),
      Case(status: 200, code: "", expected: .unusableAnswer),
    ])
  func errors(given: Case) async throws {
    let (store, _) = try store(
      ScriptedClient.Answer(
        status: given.status, headers: given.headers,
        body: given.code.isEmpty ? "<html>" : Self.document(given.code)))
    let error = await expect(given.expected) { try await store.bytes(of: "a/b", limit: 100) }
    #expect(error?.retry == given.retry)
    #expect(error?.url == "s3://data/a/b" && error?.status == given.status)
    if !given.code.isEmpty {
      #expect(error?.detail.contains("\(given.code): because") == true)
      #expect(error?.detail.contains("credentials of a test") == true)
    }
  }

  @Test("HEAD with temporary keys and status 400 is an expired token")
  func head() async throws {
    let (store, _) = try store(ScriptedClient.Answer(status: 400), token: "t")
    await expect(.expiredCredential) { try await store.head("a") }
    let (other, _) = try self.store(ScriptedClient.Answer(status: 400))
    await expect(.rejected) { try await other.head("a") }
  }

  @Test("another region is learned from the answer, once")
  func region() async throws {
    let redirect = ScriptedClient.Answer(
      status: 301, headers: ["x-amz-bucket-region": "eu-west-3"], body: Self.document("PermanentRedirect"))
    let (store, client) = try store(redirect, RequestTests.ok)
    _ = try await store.head("a")
    _ = try await store.head("a")
    #expect(client.requests.map(\.url.host).map { $0.contains("eu-west-3") } == [false, true, true])
    #expect(client.requests[1].headers["Authorization"]?.contains("/eu-west-3/s3/") == true)
    let (stubborn, asked) = try self.store(redirect)
    await expect(.redirected) { try await stubborn.head("a") }
    #expect(asked.requests.count == 2)
    let (hostile, once) = try self.store(
      ScriptedClient.Answer(status: 301, headers: ["x-amz-bucket-region": "evil.example/x"]))
    await expect(.redirected) { try await hostile.head("a") }
    #expect(once.requests.count == 1)
  }

  @Test("what was not asked for is refused before a byte of it is taken")
  func wrongBytes() async throws {
    let whole: HTTPHeaders = ["Content-Length": "5", "ETag": "\"1\""]
    let cases: [(ScriptedClient.Answer, GetOptions, ObjectStoreError.Code)] = [
      (.init(status: 200, headers: whole, body: "hello"), GetOptions(range: .bytes(1..<3)), .unusableAnswer),
      (.init(status: 200, headers: whole, body: "hello"), GetOptions(ifMatch: "\"2\""), .preconditionFailed),
      (.init(status: 200, headers: [:], body: "hello"), GetOptions(), .unusableAnswer),
      (.init(status: 200, headers: ["Content-Length": "-5"], body: "hello"), GetOptions(), .unusableAnswer),
      (.init(status: 206, headers: whole, body: "el"), GetOptions(range: .bytes(1..<3)), .unusableAnswer),
    ]
    for (answer, options, code) in cases {
      let (store, _) = try store(answer)
      let sink = MemorySink(limit: 100)
      await expect(code) { try await store.get("a", options: options, into: sink) }
      #expect(sink.receivedByteCount == 0)
    }
    for range in [
      "bytes 0-1/5", "bytes 1-2/*", "bytes 1-2", "bytes 2-1/5", "bytes 1-9/5", "1-2/5", "bytes 1-+2/5",
    ] {
      let (store, _) = try store(.init(status: 206, headers: ["Content-Range": range], body: "el"))
      await expect(.unusableAnswer) {
        try await store.bytes(of: "a", range: .bytes(1..<3), limit: 10)
      }
    }
    let (store, _) = try store(.init(status: 206, headers: ["Content-Range": "bytes 1-2/5"], body: "el"))
    #expect(try await store.bytes(of: "a", range: .bytes(1..<3), limit: 10) == Array("el".utf8))
  }

  @Test("a page of a listing is read, encoded names and all")
  func listing() async throws {
    let body = """
      <?xml version="1.0" encoding="UTF-8"?><!-- x -->
      <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>data</Name>
      <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
      <NextContinuationToken>a&amp;b=</NextContinuationToken>
      <Contents><Key>a+b%2B%C3%A9%25</Key><Size>12</Size><ETag>&quot;e&quot;</ETag>
      <LastModified>2009-10-12T17:50:30.000Z</LastModified><Owner><ID>Key</ID></Owner></Contents>
      <Contents><Key>a%0Ab</Key><Size>1</Size></Contents>
      <CommonPrefixes><Prefix>p%2Fq/</Prefix></CommonPrefixes></ListBucketResult>
      """
    let (store, client) = try store(.init(status: 200, body: body))
    let page = try await store.list("p q&", delimiter: "/", after: "t=")
    #expect(
      page.objects == [
        ObjectInfo(
          key: "a b+é%", byteCount: 12, entityTag: "\"e\"", modified: UnixTime(seconds: 1_255_369_830))
      ])
    #expect(page.prefixes == ["p/q/"] && page.nextToken == "a&b=" && page.unusableKeyCount == 1)
    #expect(
      client.requests[0].url.encodedQuery
        == "list-type=2&encoding-type=url&prefix=p%20q%26&delimiter=%2F&continuation-token=t%3D")
  }

  @Test(
    "a listing that can't be trusted is an error",
    arguments: [
      "", "{}", "<Other/>", "<ListBucketResult>",
      "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
      "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
      "<ListBucketResult><Contents><Key>a</Key><Size>x</Size></Contents></ListBucketResult>",
      "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%z</Key><Size>1</Size></Contents>"
        + "</ListBucketResult>",
      "<!DOCTYPE x [<!ENTITY a \"b\">]><ListBucketResult></ListBucketResult>",
    ])
  func badListing(body: String) async throws {
    let (store, _) = try store(.init(status: 200, body: body))
    await expect(.unusableAnswer) { try await store.list("", delimiter: nil, after: nil) }
  }
}
