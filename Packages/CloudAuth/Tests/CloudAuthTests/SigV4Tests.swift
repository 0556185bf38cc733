import CloudAuth
import Foundation
import HTTPTransport
import ObjectStorage
import Testing

/// Signatures of the examples in AWS's documentation ("Signature Calculations for the Authorization Header"
/// and "Using Query Parameters", Amazon S3 API Reference).
struct PublishedSigV4Tests {
  let credential = AWSCredential(
    accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))
  let time = UnixTime(seconds: 1_369_353_600)  // 2013-05-24T00:00:00Z
  let host = "https://examplebucket.s3.amazonaws.com"

  func signature(
    _ method: HTTPRequest.Method, _ path: String, query: String? = nil, _ headers: HTTPHeaders = [:],
    payload: PayloadHash = .empty
  ) throws -> String {
    var url = try HTTPURL(parsing: host)
    url.encodedPath = path
    url.encodedQuery = query
    var request = HTTPRequest(method, url, headers: headers)
    SigV4Signer(region: "us-east-1").sign(&request, with: credential, payload: payload, at: time)
    return try #require(request.headers["Authorization"])
  }

  @Test("GET with a range")
  func range() throws {
    #expect(
      try signature(.get, "/test.txt", ["Range": "bytes=0-9"])
        == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
        + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
  }

  @Test("PUT with a signed body")
  func put() throws {
    let headers: HTTPHeaders = [
      "Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY",
    ]
    #expect(
      try signature(
        .put, "/test%24file.text", headers, payload: PayloadHash(of: Array("Welcome to Amazon S3.".utf8))
      ).hasSuffix("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
  }

  @Test("a query without a value, and one with two")
  func queries() throws {
    #expect(
      try signature(.get, "/", query: "lifecycle")
        .hasSuffix("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
    #expect(
      try signature(.get, "/", query: "max-keys=2&prefix=J")
        .hasSuffix("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
  }

  @Test("a presigned URL")
  func presigned() throws {
    var url = try HTTPURL(parsing: host)
    url.encodedPath = "/test.txt"
    let signed = SigV4Signer(region: "us-east-1")
      .presigned(.get, url, with: credential, lifetime: .seconds(86400), at: time)
    #expect(
      signed.text
        == "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    #expect(!signed.description.contains("Signature"))
  }
}

/// Signatures by botocore 1.43.11: `Tests/Vectors/make-sigv4-vectors`.
struct BotocoreSigV4Tests {
  struct Vector: Codable {
    let time, keyID, secret, region, method, url, body: String
    let token, authorization, signature: String?
    let headers: [String: String]
    let signsPayload: Bool
    let lifetime: Int?
  }

  @Test("agrees with botocore for keys, queries, headers, tokens and bodies of all kinds")
  func agrees() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Vectors/sigv4.json")
    let vectors = try JSONDecoder().decode([Vector].self, from: Data(contentsOf: file))
    #expect(vectors.count == 100)
    for vector in vectors {
      let credential = AWSCredential(
        accessKeyID: vector.keyID, secretAccessKey: Secret(vector.secret),
        sessionToken: vector.token.map { Secret($0) })
      let signer = SigV4Signer(region: vector.region)
      let time = try #require(UnixTime(iso8601: vector.time))
      // The path as it stands: reading a URL would take slashes from its end.
      let parts = vector.url.split(separator: "?", maxSplits: 1).map(String.init)
      let pieces = parts[0].components(separatedBy: "/")
      var url = try HTTPURL(parsing: pieces[0] + "//" + pieces[2])
      url.encodedPath = "/" + pieces[3...].joined(separator: "/")
      url.encodedQuery = parts.count > 1 ? parts[1] : nil
      let methods: [HTTPRequest.Method] = [.get, .put, .head, .delete, .post]
      let method = try #require(methods.first { $0.name == vector.method })
      var headers = HTTPHeaders()
      for (name, value) in vector.headers { headers.append(name, value) }
      if let lifetime = vector.lifetime {
        let signed = signer.presigned(
          method, url, headers: headers, with: credential, lifetime: .seconds(lifetime), at: time)
        #expect(signed.text.hasSuffix("&X-Amz-Signature=" + (vector.signature ?? "")), "\(vector.url)")
      } else {
        var request = HTTPRequest(method, url, headers: headers)
        let payload = vector.signsPayload ? PayloadHash(of: Array(vector.body.utf8)) : .unsigned
        signer.sign(&request, with: credential, payload: payload, at: time)
        #expect(request.headers["Authorization"] == vector.authorization, "\(vector.url)")
      }
    }
  }

  @Test("a source's hash is that of its bytes, and signing twice leaves one signature")
  func payloads() throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    #expect(try PayloadHash(of: MemorySource(bytes)) == PayloadHash(of: bytes))
    #expect(PayloadHash(of: []) == .empty)
    let credential = AWSCredential(accessKeyID: "a", secretAccessKey: Secret("b"))
    let signer = SigV4Signer(region: "r")
    var request = HTTPRequest(.get, try HTTPURL(parsing: "http://h/x"))
    signer.sign(&request, with: credential, payload: .unsigned, at: UnixTime(seconds: 0))
    let first = request.headers
    signer.sign(&request, with: credential, payload: .unsigned, at: UnixTime(seconds: 0))
    #expect(Set(request.headers.fields) == Set(first.fields) && request.headers.fields.count == 3)
  }
}
