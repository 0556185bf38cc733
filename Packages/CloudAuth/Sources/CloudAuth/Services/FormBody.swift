import HTTPTransport
import ObjectStorage

extension HTTPRequest {
  /// A POST of a form, `application/x-www-form-urlencoded`.
  static func form(_ url: HTTPURL, _ fields: [(String, String)]) -> HTTPRequest {
    HTTPRequest(
      .post, url, headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
      body: MemorySource(Array(PercentEncoding.encodedQuery(fields).utf8)))
  }
}
