import ObjectStorage
import Testing

@testable import FakeObjectStores

/// The examples of "Signature Calculations for the Authorization Header" and "Authenticating Requests: Using
/// Query Parameters" in the Amazon S3 API reference, verbatim.
@Suite("Signatures")
struct SignatureTests {
  static let credential = FakeS3.Credential(
    accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
  let verifier = SigV4Verifier(credentials: [credential], region: "us-east-1")
  static let now = UnixTime(iso8601: "2013-05-24T00:00:00Z") ?? .now
  static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  static func authorization(_ names: String, _ signature: String) -> String {
    "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
      + "SignedHeaders=\(names),Signature=\(signature)"
  }

  static let vectors = [
    [
      "GET /test.txt HTTP/1.1", "Host: examplebucket.s3.amazonaws.com", "Range: bytes=0-9",
      "x-amz-content-sha256: \(empty)", "x-amz-date: 20130524T000000Z",
      authorization(
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
    ],
    [
      "PUT /test%24file.text HTTP/1.1", "Host: examplebucket.s3.amazonaws.com",
      "Date: Fri, 24 May 2013 00:00:00 GMT", "x-amz-date: 20130524T000000Z",
      "x-amz-storage-class: REDUCED_REDUNDANCY",
      "x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      authorization(
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
    ],
    [
      "GET /?lifecycle HTTP/1.1", "Host: examplebucket.s3.amazonaws.com", "x-amz-date: 20130524T000000Z",
      "x-amz-content-sha256: \(empty)",
      authorization(
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    ],
    [
      "GET /?max-keys=2&prefix=J HTTP/1.1", "Host: examplebucket.s3.amazonaws.com",
      "x-amz-date: 20130524T000000Z", "x-amz-content-sha256: \(empty)",
      authorization(
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
    [
      "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404 HTTP/1.1",
      "Host: examplebucket.s3.amazonaws.com",
    ],
  ]

  func code(_ lines: [String], at now: UnixTime = now, _ verifier: SigV4Verifier? = nil) throws -> String? {
    let head = try HTTPRequestHead(parsing: Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
    do throws(S3Error) {
      let signer = try (verifier ?? self.verifier).verify(try S3Request(head), now: now)
      return signer?.accessKeyID == "AKIAIOSFODNN7EXAMPLE" ? nil : "anonymous"
    } catch {
      return error.code
    }
  }

  @Test("AWS's own examples verify", arguments: vectors)
  func published(lines: [String]) throws { #expect(try code(lines) == nil) }

  @Test("a change anywhere in what was signed is seen", arguments: vectors)
  func tampered(lines: [String]) throws {
    for index in lines.indices where !lines[index].hasPrefix("Authorization") {
      var changed = lines
      changed[index] = lines[index].replacing("test", with: "tess").replacing("lifecycle", with: "lifecyclf")
        .replacing("prefix=J", with: "prefix=K").replacing("examplebucket", with: "examplebuckes")
        .replacing("bytes=0-9", with: "bytes=0-8").replacing("REDUCED", with: "STANDARD").replacing(
          "e3b0", with: "e3b1"
        )
        .replacing("44ce", with: "44cf").replacing("Expires=86400", with: "Expires=86401")
      if changed != lines { #expect(try code(changed) == "SignatureDoesNotMatch", "\(changed[index])") }
    }
    var method = lines
    method[0] = lines[0].hasPrefix("GET") ? "HEAD" + lines[0].dropFirst(3) : "POST" + lines[0].dropFirst(3)
    #expect(try code(method) == "SignatureDoesNotMatch")
  }

  @Test("secret, key, token, region and clock have their own errors")
  func credentials() throws {
    let lines = Self.vectors[0]
    func verifier(_ change: (inout FakeS3.Credential) -> Void, region: String = "us-east-1") -> SigV4Verifier
    {
      var credential = Self.credential
      change(&credential)
      return SigV4Verifier(credentials: [credential], region: region)
    }
    #expect(try code(lines, verifier { $0.secretAccessKey += "x" }) == "SignatureDoesNotMatch")
    #expect(try code(lines, verifier { $0.accessKeyID = "AKIB" }) == "InvalidAccessKeyId")
    #expect(try code(lines, verifier { $0.sessionToken = "t" }) == "InvalidToken")
    #expect(try code(lines + ["x-amz-security-token: t"]) == "InvalidToken")
    #expect(try code(lines, verifier({ _ in }, region: "eu-west-1")) == "AuthorizationHeaderMalformed")
    for offset in [-901, 901] {
      #expect(try code(lines, at: Self.now + .seconds(offset)) == "RequestTimeTooSkewed")
    }
    for offset in [-900, 900] { #expect(try code(lines, at: Self.now + .seconds(offset)) == nil) }
    let presigned = Self.vectors[4]
    #expect(try code(presigned, at: Self.now + .seconds(86400)) == nil)
    #expect(try code(presigned, at: Self.now + .seconds(86401)) == "AccessDenied")
    #expect(try code(presigned, at: Self.now + .seconds(-1000)) == "AccessDenied")
  }

  @Test("a header of AWS that is not signed, and missing pieces, are refused")
  func incomplete() throws {
    let lines = Self.vectors[0]
    #expect(try code(lines + ["x-amz-acl: public-read"]) == "AccessDenied")
    #expect(try code(lines.filter { !$0.hasPrefix("x-amz-date") }) == "AccessDenied")
    #expect(try code(lines.filter { !$0.hasPrefix("x-amz-content") }) == "InvalidRequest")
    #expect(try code(lines.filter { !$0.hasPrefix("Authorization") }) == "anonymous")
    #expect(
      try code(lines.map { $0.replacing(",Signature=", with: ",S=") }) == "AuthorizationHeaderMalformed")
    #expect(try code(lines.map { $0.replacing("/s3/", with: "/iam/") }) == "AuthorizationHeaderMalformed")
    #expect(try code(lines.map { $0.replacing("AWS4-HMAC", with: "AWS5-HMAC") }) == "InvalidArgument")
    for name in ["X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Credential"] {
      let changed = Self.vectors[4].map { $0.replacing(name, with: "other") }
      #expect(try code(changed) == "AuthorizationQueryParametersError")
    }
  }
}
