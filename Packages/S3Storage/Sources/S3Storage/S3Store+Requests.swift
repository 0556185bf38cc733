import BinaryIO
import CloudAuth
import HTTPTransport
import ObjectStorage
import Synchronization
import Threading

extension S3Store {
  /// Signs and sends a request; an answer that is no success becomes an error.
  /// - Parameter answerLimit: the most bytes of an answer that goes into memory.
  /// - Parameter receiving: where the body of a success goes; nil for memory.
  func exchange(
    _ request: ObjectRequest, answerLimit: ByteCount = .megabytes(1), receiving: HTTPBodyReceiver? = nil
  ) async throws(ObjectStoreError) -> HTTPResponse {
    let payload = try await payloadHash(of: request)
    // The second round is for a region learned from the first one's answer.
    for round in 0... {
      let (place, credential, response) = try await send(
        request, payload, answerLimit: answerLimit, receiving: receiving)
      if (200..<300).contains(response.head.status) { return response }
      let answer = S3ErrorAnswer(response)
      if round == 0, learnRegion(from: answer, asked: place.region) { continue }
      throw await error(answer, key: request.key, method: request.method, credential: credential)
    }
    throw ObjectStoreError(.rejected, url: url(of: request.key))
  }

  func send(
    _ request: ObjectRequest, _ payload: PayloadHash = .empty, answerLimit: ByteCount, receiving: HTTPBodyReceiver?
  ) async throws(ObjectStoreError) -> (S3Place, Expiring<AWSCredential>?, HTTPResponse) {
    let place = self.place.withLock { $0 }
    var http = try await unsigned(request, at: place)
    let credential = try await credential(for: request.key)
    if let credential {
      place.signer.sign(&http, with: credential.credential, payload: payload, at: .now + place.clockOffset)
    }
    let response = try await transport.exchange(
      http, for: url(of: request.key), answerLimit: answerLimit, receiving: receiving)
    return (place, credential, response)
  }

  /// The request without a signature.
  private func unsigned(_ request: ObjectRequest, at place: S3Place) async throws(ObjectStoreError) -> HTTPRequest
  {
    var url = place.base
    if let key = request.key {
      url.encodedPath += PercentEncoding.encodedPath(key.text)
    } else if url.encodedPath.utf8.count > 1 {
      url.encodedPath.removeLast()
    }
    if !request.query.isEmpty {
      url.encodedQuery = PercentEncoding.encodedQuery(request.query.map { (name: $0.0, value: $0.1) })
    }
    var headers = request.headers
    for field in options.headers where headers[field.name] == nil { headers.append(field.name, field.value) }
    if options.requesterPays { headers["x-amz-request-payer"] = "requester" }
    if let key = options.customerKey { try add(key, to: &headers, of: request, url) }
    return HTTPRequest(request.method, url, headers: headers, body: request.body)
  }

  /// Over TLS the body stays out of the signature: hashing it would read it twice.
  private func payloadHash(of request: ObjectRequest) async throws(ObjectStoreError) -> PayloadHash {
    guard let body = request.body, body.byteCount > 0, case .credentials = options.identity else { return .empty }
    if place.withLock({ $0.base.scheme }) == "https" { return .unsigned }
    // The same digest in other digits.
    if let checksum = request.headers["x-amz-checksum-sha256"].flatMap({ PayloadHash(base64: $0) }) { return checksum }
    return try await BlockingPool.shared.run { () throws(ObjectStoreError) in try PayloadHash(of: body) }
  }

  /// Takes over a region that the service names.
  private func learnRegion(from answer: S3ErrorAnswer, asked: String) -> Bool {
    guard let region = answer.region, region != asked, answer.isAboutRegion,
      let place = try? S3Place(bucket: bucket, options: options, region: region)
    else { return false }
    self.place.withLock { old in
      var place = place
      place.clockOffset = old.clockOffset
      old = place
    }
    return true
  }
}
