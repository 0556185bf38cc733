import BinaryIO
import HTTPTransport
import ObjectStorage

extension S3Store {
  /// Uploads an object in parts, several at once, and removes the parts when one fails.
  func putInParts(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try await uploading(key, byteCount: source.byteCount, options) { id throws(ObjectStoreError) in
      try await putParts(key, id, source)
    }
  }

  /// Begins an upload, has `parts` send them, and completes it; removes the parts when anything fails.
  func uploading(
    _ key: ObjectKey, byteCount: Int, _ options: PutOptions,
    parts: (_ id: String) async throws(ObjectStoreError) -> [S3Part]
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let id = try await beginUpload(key, options)
    do throws(ObjectStoreError) {
      return try await completeUpload(key, id, try await parts(id), byteCount: byteCount, options)
    } catch {
      // Also when the task is cancelled: parts that stay cost money. A failure of this is not the one to
      // report.
      let store = self
      await Task { () -> Void in try? await store.abortUpload(key, id) }.value
      throw error
    }
  }

  private func beginUpload(_ key: ObjectKey, _ options: PutOptions) async throws(ObjectStoreError) -> String {
    var request = ObjectRequest(.post, key: key)
    request.query = [("uploads", "")]
    setObjectHeaders(&request, contentType: options.contentType)
    if let checksum = self.options.checksum {
      request.headers["x-amz-checksum-algorithm"] = checksum.rawValue.uppercased()
    }
    let response = try await exchange(request)
    let fields = try fields(of: response, key)
    guard let id = fields["UploadId"], !id.isEmpty else {
      throw ObjectStoreError(.unusableAnswer, url: url(of: key), detail: "expected UploadId, found none")
    }
    return id
  }

  private func putParts(
    _ key: ObjectKey, _ id: String, _ source: any ByteSource
  ) async throws(ObjectStoreError) -> [S3Part] {
    let ranges = Self.parts(of: source.byteCount, atLeast: options.partByteCount)
    return try await PartUpload.run(ranges, atOnce: options.concurrentParts) {
      index, range throws(ObjectStoreError) in
      var request = ObjectRequest(.put, key: key, body: PartSource(source, range))
      try await self.addChecksum(to: &request)
      return try await self.putPart(id, index, request)
    }
  }

  /// Sends one part, or has it copied.
  func putPart(_ id: String, _ index: Int, _ part: ObjectRequest) async throws(ObjectStoreError) -> S3Part {
    var request = part
    request.query = [("partNumber", "\(index + 1)"), ("uploadId", id)]
    let response = try await exchange(request)
    let copied = try copyResult(response, request)
    guard let tag = copied?.entityTag ?? response.head.headers["ETag"] else {
      throw ObjectStoreError(
        .unusableAnswer, url: url(of: part.key), detail: "expected an ETag of the part, found none")
    }
    let name = options.checksum.map { "x-amz-checksum-\($0.rawValue)" }
    return S3Part(entityTag: tag, checksum: name.flatMap { request.headers[$0] })
  }

  private func completeUpload(
    _ key: ObjectKey, _ id: String, _ parts: [S3Part], byteCount: Int, _ options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var text = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
    for (index, part) in parts.enumerated() {
      text += "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(xmlEscaped(part.entityTag))</ETag>"
      if let checksum = part.checksum, let name = self.options.checksum?.rawValue.uppercased() {
        text += "<Checksum\(name)>\(checksum)</Checksum\(name)>"
      }
      text += "</Part>"
    }
    text += "</CompleteMultipartUpload>"
    var request = ObjectRequest(.post, key: key, body: MemorySource(Array(text.utf8)))
    request.query = [("uploadId", id)]
    request.headers["Content-Type"] = "application/xml"
    request.set(options)
    let response = try await writing(options) { () async throws(ObjectStoreError) in
      try await exchange(request)
    }
    // The status was sent before the work was done: an error may follow it.
    let answer = S3ErrorAnswer(response)
    if !answer.code.isEmpty { throw await error(answer, key: key, method: .post, credential: nil) }
    let fields = try fields(of: response, key)
    return ObjectInfo(
      key: key, byteCount: byteCount, entityTag: fields["ETag"] ?? response.head.headers["ETag"])
  }

  private func abortUpload(_ key: ObjectKey, _ id: String) async throws(ObjectStoreError) {
    var request = ObjectRequest(.delete, key: key)
    request.query = [("uploadId", id)]
    _ = try await exchange(request)
  }

  /// The elements right below the root, whose name differs between services.
  func fields(of response: HTTPResponse, _ key: ObjectKey?) throws(ObjectStoreError) -> [String:
    String]
  {
    var fields: [String: String] = [:]
    do throws(XMLFlaw) {
      _ = try XMLReader.visit(response.body) { path, text in
        if path.count == 1 { fields[path[0]] = text }
      }
    } catch {
      throw ObjectStoreError(
        .unusableAnswer, url: url(of: key), status: response.head.status,
        detail: "expected XML, found \(error.reason) at byte \(error.byteOffset)", retry: .now)
    }
    return fields
  }

  /// Cuts an object into at most 10,000 parts of at least `least` bytes, the last excepted.
  static func parts(of byteCount: Int, atLeast least: Int) -> [Range<Int>] {
    let length = max(max(5 << 20, least), (byteCount - 1) / 10_000 + 1)
    return stride(from: 0, to: byteCount, by: length).map { $0..<min($0 + length, byteCount) }
  }
}

/// A part that the service has.
struct S3Part: Sendable {
  let entityTag: String
  /// In base 64, when one was sent.
  let checksum: String?
}
