import ObjectStorage

/// Checks AWS Signature Version 4 from the published description, sharing nothing with the client that signs.
///
/// Source: "Authenticating Requests (AWS Signature Version 4)" of the S3 API reference, headers and query
/// parameters.
struct SigV4Verifier: Sendable {
  let credentials: [FakeS3.Credential]
  let region: String
  /// The service that signatures must name.
  var service = "s3"
  /// Where temporary keys come from that count too, until their end.
  var issued: IssuedCredentials?
  static let allowedSkew = Duration.seconds(900)

  /// Who signed the request, and the hash of the body that was signed; nil for an anonymous request.
  struct Signer: Sendable, Equatable {
    let accessKeyID: String
    /// Hexadecimal, or nil for a body that is not signed.
    let payloadHash: String?
  }

  func verify(_ request: S3Request, now: UnixTime) throws(S3Error) -> Signer? {
    if let authorization = request.head["authorization"] {
      return try verifyHeader(request, authorization, now)
    }
    return request["X-Amz-Algorithm"] == nil ? nil : try verifyQuery(request, now)
  }

  // MARK: the two places where a signature stands

  private func verifyHeader(_ request: S3Request, _ authorization: String, _ now: UnixTime) throws(S3Error)
    -> Signer
  {
    guard authorization.hasPrefix("AWS4-HMAC-SHA256 ") else {
      throw S3Error(400, "InvalidArgument", "Unsupported Authorization Type")
    }
    var fields: [String: String] = [:]
    for part in authorization.dropFirst(17).split(separator: ",") {
      let trimmed = part.drop { $0 == " " }
      let sides = trimmed.split(separator: "=", maxSplits: 1)
      if sides.count == 2 { fields[String(sides[0])] = String(sides[1]) }
    }
    guard let credential = fields["Credential"], let signedHeaders = fields["SignedHeaders"],
      let signature = fields["Signature"]
    else {
      throw malformed(
        "The authorization header is malformed; it needs Credential, SignedHeaders and Signature.")
    }
    guard let date = request.head["x-amz-date"] else {
      throw .accessDenied("AWS authentication requires a valid Date or x-amz-date header")
    }
    guard let payload = request.head["x-amz-content-sha256"] else {
      throw S3Error(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
    }
    let time = try requestTime(date)
    let skew = time - now
    guard skew <= Self.allowedSkew, skew >= .zero - Self.allowedSkew else {
      throw S3Error(
        403, "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
        details: [
          ("RequestTime", date), ("ServerTime", now.iso8601), ("MaxAllowedSkewMilliseconds", "900000"),
        ])
    }
    return try check(
      request, credential, date, signedHeaders, signature, payload: payload,
      token: request.head["x-amz-security-token"], isPresigned: false, now: now)
  }

  private func verifyQuery(_ request: S3Request, _ now: UnixTime) throws(S3Error) -> Signer {
    func parameter(_ name: String) throws(S3Error) -> String {
      guard let value = request[name] else {
        throw S3Error(
          400, "AuthorizationQueryParametersError",
          "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
            + "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
      }
      return value
    }
    guard try parameter("X-Amz-Algorithm") == "AWS4-HMAC-SHA256" else {
      throw S3Error(
        400, "AuthorizationQueryParametersError", "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"")
    }
    let date = try parameter("X-Amz-Date")
    guard let expires = Int64(try parameter("X-Amz-Expires")), (1...604_800).contains(expires) else {
      throw S3Error(
        400, "AuthorizationQueryParametersError", "X-Amz-Expires must be between 1 and 604800 seconds")
    }
    let time = try requestTime(date)
    if time - now > Self.allowedSkew { throw .accessDenied("Request is not valid yet") }
    let end = time + .seconds(expires)
    if end < now {
      throw S3Error(
        403, "AccessDenied", "Request has expired",
        details: [("X-Amz-Expires", "\(expires)"), ("Expires", end.iso8601), ("ServerTime", now.iso8601)])
    }
    return try check(
      request, try parameter("X-Amz-Credential"), date, try parameter("X-Amz-SignedHeaders"),
      try parameter("X-Amz-Signature"), payload: request.head["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD",
      token: request["X-Amz-Security-Token"], isPresigned: true, now: now)
  }

  // MARK: the signature itself

  private func check(
    _ request: S3Request, _ credential: String, _ date: String, _ signedHeaders: String, _ signature: String,
    payload: String, token: String?, isPresigned: Bool, now: UnixTime
  ) throws(S3Error) -> Signer {
    let parts = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5 else {
      throw malformed(
        "The Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")
    }
    guard parts[1] == date.prefix(8) else { throw malformed("Invalid credential date \"\(parts[1])\".") }
    guard parts[2] == region else {
      throw S3Error(
        400, "AuthorizationHeaderMalformed",
        "The authorization header is malformed; the region '\(parts[2])' is wrong; expecting '\(region)'",
        details: [("Region", region)], headers: [("x-amz-bucket-region", region)])
    }
    guard parts[3] == service, parts[4] == "aws4_request" else {
      throw malformed("Incorrect service or terminal.")
    }
    let temporary = issued?.keys(id: parts[0])
    let given = temporary.map {
      FakeS3.Credential(accessKeyID: $0.id, secretAccessKey: $0.secret, sessionToken: $0.token)
    }
    guard let known = credentials.first(where: { $0.accessKeyID == parts[0] }) ?? given else {
      throw S3Error(
        403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.",
        details: [("AWSAccessKeyId", parts[0])])
    }
    guard token == known.sessionToken else {
      throw S3Error(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
    }
    if let temporary, temporary.end <= now {
      throw S3Error(400, "ExpiredToken", "The provided token has expired.")
    }
    let names = signedHeaders.split(separator: ";").map(String.init)
    try requireSigned(names, in: request, isPresigned: isPresigned)

    let canonical = canonicalRequest(request, names, payload: payload, isPresigned: isPresigned)
    let scope = parts[1...].joined(separator: "/")
    let toSign = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(Digests.hex(Digests.sha256(canonical.utf8)))"
    var key = Array("AWS4\(known.secretAccessKey)".utf8)
    for part in parts[1...] { key = Digests.hmacSHA256(key: key, part.utf8) }
    let expected = Digests.hex(Digests.hmacSHA256(key: key, toSign.utf8))
    guard expected == signature else {
      throw S3Error(
        403, "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing "
          + "method.",
        details: [
          ("AWSAccessKeyId", parts[0]), ("StringToSign", toSign), ("SignatureProvided", signature),
          ("CanonicalRequest", canonical),
        ])
    }
    return Signer(accessKeyID: parts[0], payloadHash: payload.hasPrefix("UNSIGNED") ? nil : payload)
  }

  /// The host and all headers of AWS must be covered; else someone on the way could change them.
  private func requireSigned(_ names: [String], in request: S3Request, isPresigned: Bool) throws(S3Error) {
    let unsigned = request.head.headers.map(\.name).filter { name in
      (name == "host" || name.hasPrefix("x-amz-") || name == "content-md5") && !names.contains(name)
        && !(isPresigned && name == "x-amz-content-sha256")
    }
    guard unsigned.isEmpty, names.contains("host") else {
      throw S3Error(
        403, "AccessDenied", "There were headers present in the request which were not signed",
        details: [("HeadersNotSigned", unsigned.joined(separator: ", "))])
    }
  }

  private func canonicalRequest(_ request: S3Request, _ names: [String], payload: String, isPresigned: Bool)
    -> String
  {
    let path = PercentEncoding.encoded(request.decodedPath, keepingSlashes: true)
    let query = request.query.filter { !(isPresigned && $0.name == "X-Amz-Signature") }
      .map { pair in
        (
          name: PercentEncoding.encoded(pair.name.utf8, keepingSlashes: false),
          value: PercentEncoding.encoded(pair.value.utf8, keepingSlashes: false)
        )
      }
      .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
      .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    let headers = names.map { name in
      let value = (request.head[name] ?? "").split(separator: " ").joined(separator: " ")
      return "\(name):\(value)\n"
    }
    return [
      request.method, path, query, headers.joined(), names.joined(separator: ";"), payload,
    ].joined(separator: "\n")
  }

  private func malformed(_ message: String) -> S3Error {
    S3Error(400, "AuthorizationHeaderMalformed", message)
  }

  /// `20130524T000000Z`.
  private func requestTime(_ text: String) throws(S3Error) -> UnixTime {
    let digits = Array(text)
    guard digits.count == 16, digits[8] == "T", digits[15] == "Z",
      let time = UnixTime(
        iso8601: String(digits[0..<4]) + "-" + String(digits[4..<6]) + "-" + String(digits[6..<8]) + "T"
          + String(digits[9..<11]) + ":" + String(digits[11..<13]) + ":" + String(digits[13..<15]) + "Z")
    else { throw .accessDenied("AWS authentication requires a valid Date or x-amz-date header") }
    return time
  }
}
