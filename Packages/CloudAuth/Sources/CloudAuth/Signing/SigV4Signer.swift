public import HTTPTransport
public import ObjectStorage
import Synchronization

/// Signs requests by AWS's Signature Version 4.
///
/// Follows "Signature Version 4 for S3": the path is taken as it is sent, encoded once and not normalized.
/// The day's key is kept, so a signature costs one SHA-256 and one HMAC. Any thread may call; no call blocks.
public final class SigV4Signer: Sendable {
  /// The region in the signature.
  public let region: String
  /// The service in the signature, such as `s3`.
  public let service: String
  private let key = Mutex<SigningKey?>(nil)

  /// Makes a signer for a region and a service.
  public init(region: String, service: String = "s3") {
    self.region = region
    self.service = service
  }

  /// Adds `X-Amz-Date`, `X-Amz-Content-SHA256`, `X-Amz-Security-Token` and `Authorization`; all headers that
  /// the request has by then are part of the signature, and none may be added after.
  public func sign(
    _ request: inout HTTPRequest, with credential: AWSCredential, payload: PayloadHash, at time: UnixTime
  ) {
    let stamp = SigningTime(time)
    request.headers["X-Amz-Date"] = stamp.text
    request.headers["X-Amz-Content-SHA256"] = payload.headerValue
    request.headers["X-Amz-Security-Token"] = credential.sessionToken?.text
    request.headers["Authorization"] = nil
    let canonical = CanonicalRequest(request, payload: payload.headerValue)
    let signature = signature(of: canonical, stamp, credential)
    var value: [UInt8] = []
    value.reserveCapacity(320)
    value += "AWS4-HMAC-SHA256 Credential=".utf8
    value += credential.accessKeyID.utf8
    value.append(0x2F)
    appendScope(stamp, to: &value)
    value += ", SignedHeaders=".utf8
    value += canonical.signedHeaders
    value += ", Signature=".utf8
    Digests.appendHexadecimal(signature, to: &value)
    request.headers["Authorization"] = String(decoding: value, as: UTF8.self)
  }

  /// A URL that carries its signature, for anyone to use until it expires.
  /// - Parameter lifetime: from one second to seven days.
  /// - Parameter headers: what the user of the URL must send; `Host` is always part of it.
  public func presigned(
    _ method: HTTPRequest.Method, _ url: HTTPURL, headers: HTTPHeaders = HTTPHeaders(),
    with credential: AWSCredential, lifetime: Duration, at time: UnixTime
  ) -> HTTPURL {
    let stamp = SigningTime(time)
    var request = HTTPRequest(method, url, headers: headers)
    let names = CanonicalRequest(request, payload: "").signedHeaders
    var scope: [UInt8] = Array(credential.accessKeyID.utf8) + [0x2F]
    appendScope(stamp, to: &scope)
    var parts = [
      ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", String(decoding: scope, as: UTF8.self)),
      ("X-Amz-Date", stamp.text), ("X-Amz-Expires", "\(min(max(1, lifetime.components.seconds), 604_800))"),
      ("X-Amz-SignedHeaders", String(decoding: names, as: UTF8.self)),
    ]
    if let token = credential.sessionToken { parts.append(("X-Amz-Security-Token", token.text)) }
    let query = [url.encodedQuery, PercentEncoding.encodedQuery(parts)].compactMap { $0 }.filter {
      !$0.isEmpty
    }
    request.url.encodedQuery = query.joined(separator: "&")
    let canonical = CanonicalRequest(request, payload: PayloadHash.unsigned.headerValue)
    var hexadecimal: [UInt8] = []
    Digests.appendHexadecimal(signature(of: canonical, stamp, credential), to: &hexadecimal)
    request.url.encodedQuery? += "&X-Amz-Signature=" + String(decoding: hexadecimal, as: UTF8.self)
    return request.url
  }

  private func signature(
    of canonical: CanonicalRequest, _ stamp: SigningTime, _ credential: AWSCredential
  ) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(192)
    text += "AWS4-HMAC-SHA256\n".utf8
    text += stamp.bytes
    text.append(0x0A)
    appendScope(stamp, to: &text)
    text.append(0x0A)
    Digests.appendHexadecimal(Digests.sha256(canonical.bytes.span), to: &text)
    return key(for: stamp, credential).withBytes { Digests.hmac(key: $0, text.span) }
  }

  private func appendScope(_ stamp: SigningTime, to bytes: inout [UInt8]) {
    bytes += stamp.day
    bytes.append(0x2F)
    bytes += region.utf8
    bytes.append(0x2F)
    bytes += service.utf8
    bytes += "/aws4_request".utf8
  }

  /// The key of a day: four HMACs, kept until day or secret change.
  private func key(for stamp: SigningTime, _ credential: AWSCredential) -> Secret {
    let secret = credential.secretAccessKey
    let kept = key.withLock { $0 }
    if let kept, kept.secret === secret, kept.day.elementsEqual(stamp.day) { return kept.key }
    let start = Secret("AWS4" + secret.text)
    let dateKey = start.withBytes { Digests.hmac(key: $0, Array(stamp.day).span) }
    let regionKey = Digests.hmac(key: dateKey.span.bytes, Array(region.utf8).span)
    let serviceKey = Digests.hmac(key: regionKey.span.bytes, Array(service.utf8).span)
    let last = Digests.hmac(key: serviceKey.span.bytes, Array("aws4_request".utf8).span)
    let fresh = SigningKey(secret: secret, day: Array(stamp.day), key: Secret(bytes: last.span.bytes))
    key.withLock { $0 = fresh }
    return fresh.key
  }
}

private struct SigningKey: Sendable {
  let secret: Secret
  let day: [UInt8]
  let key: Secret
}

/// A moment as signatures write it: `20130524T000000Z`, and its day.
struct SigningTime {
  let bytes: [UInt8]

  init(_ time: UnixTime) {
    let calendar = time.calendar
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    func append(_ number: Int) {
      bytes.append(0x30 + UInt8(truncatingIfNeeded: number / 10 % 10))
      bytes.append(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }
    append(calendar.year / 100)
    append(calendar.year % 100)
    append(calendar.month)
    append(calendar.day)
    bytes.append(0x54)
    append(calendar.hour)
    append(calendar.minute)
    append(calendar.second)
    bytes.append(0x5A)
    self.bytes = bytes
  }

  var day: ArraySlice<UInt8> { bytes[..<8] }
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
