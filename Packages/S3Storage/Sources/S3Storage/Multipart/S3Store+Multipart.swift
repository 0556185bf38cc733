import BinaryIO
import HTTPTransport
import ObjectStorage

extension S3Store {
  /// Uploads an object in parts, several at once, and removes the parts when one fails.
  func putInParts(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let id = try await beginUpload(key, options)
    do throws(ObjectStoreError) {
      let tags = try await putParts(key, id, source)
      return try await completeUpload(key, id, tags, byteCount: source.byteCount, options)
    } catch {
      // Also when the task is cancelled: parts that stay cost money. A failure of this is not the one to
      // report.
      let store = self
      await Task { () -> Void in try? await store.abortUpload(key, id) }.value
      throw error
    }
  }

  private func beginUpload(_ key: ObjectKey, _ options: PutOptions) async throws(ObjectStoreError) -> String {
    var request = S3Request(.post, key: key)
    request.query = [("uploads", "")]
    request.headers["x-amz-acl"] = self.options.cannedACL
    request.headers["Content-Type"] = options.contentType
    let response = try await exchange(request)
    let fields = try fields(of: response, key)
    guard let id = fields["UploadId"], !id.isEmpty else {
      throw ObjectStoreError(.unusableAnswer, url: url(of: key), detail: "expected UploadId, found none")
    }
    return id
  }

  private func putParts(
    _ key: ObjectKey, _ id: String, _ source: any ByteSource
  ) async throws(ObjectStoreError) -> [String] {
    let ranges = Self.parts(of: source.byteCount, atLeast: options.partByteCount)
    let store = self
    return try await PartUpload.run(ranges, atOnce: options.concurrentParts) {
      index, range throws(ObjectStoreError) in
      try await store.putPart(key, id, index, PartSource(source, range))
    }
  }

  private func putPart(
    _ key: ObjectKey, _ id: String, _ index: Int, _ source: PartSource
  ) async throws(ObjectStoreError) -> String {
    var request = S3Request(.put, key: key, body: source)
    request.query = [("partNumber", "\(index + 1)"), ("uploadId", id)]
    let response = try await exchange(request)
    guard let tag = response.head.headers["ETag"] else {
      throw ObjectStoreError(
        .unusableAnswer, url: url(of: key), detail: "expected an ETag of the part, found none")
    }
    return tag
  }

  private func completeUpload(
    _ key: ObjectKey, _ id: String, _ tags: [String], byteCount: Int, _ options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var text = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
    for (index, tag) in tags.enumerated() {
      let escaped = tag.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
        "\"", with: "&quot;")
      text += "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(escaped)</ETag></Part>"
    }
    text += "</CompleteMultipartUpload>"
    var request = S3Request(.post, key: key, body: MemorySource(Array(text.utf8)))
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
    var request = S3Request(.delete, key: key)
    request.query = [("uploadId", id)]
    _ = try await exchange(request)
  }

  /// The elements right below the root, whose name differs between services.
  private func fields(of response: HTTPResponse, _ key: ObjectKey) throws(ObjectStoreError) -> [String:
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
