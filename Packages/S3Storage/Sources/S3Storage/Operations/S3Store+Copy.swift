import HTTPTransport
public import ObjectStorage

extension S3Store {
  /// Copies by one request, or in parts where the object is larger than the service copies at once.
  ///
  /// The copy is of the version that is there at the start: another one that replaces it meanwhile is refused as
  /// `.preconditionFailed`.
  public func copy(
    _ source: ObjectKey, to target: ObjectKey, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let info = try await head(source)
    if info.byteCount > self.options.maximumCopyByteCount {
      return try await copyInParts(info, to: target, options)
    }
    var request = copying(info, to: target)
    setObjectHeaders(&request, contentType: options.contentType)
    request.set(options)
    let response = try await writing(options) { [request] () async throws(ObjectStoreError) in
      try await exchange(request)
    }
    // The status was sent before the work was done: an error may follow it.
    try await throwLateError(response, request)
    let result = try copyResult(response, request)
    return ObjectInfo(
      key: target, byteCount: info.byteCount, entityTag: result?.entityTag, modified: result?.modified)
  }

  private func copyInParts(
    _ info: ObjectInfo, to target: ObjectKey, _ options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let ranges = Self.parts(of: info.byteCount, atLeast: self.options.partByteCount)
    let window = self.options.concurrentParts
    return try await uploading(target, byteCount: info.byteCount, options) { id throws(ObjectStoreError) in
      try await PartUpload.run(ranges, atOnce: window) { index, range throws(ObjectStoreError) in
        var request = self.copying(info, to: target)
        request.headers["x-amz-copy-source-range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
        return try await self.putPart(id, index, request)
      }
    }
  }

  private func copying(_ info: ObjectInfo, to target: ObjectKey) -> ObjectRequest {
    var request = ObjectRequest(.put, key: target, body: nil)
    request.headers["x-amz-copy-source"] =
      "/" + PercentEncoding.encoded(bucket) + "/" + PercentEncoding.encodedPath(info.key.text)
    request.headers["x-amz-copy-source-if-match"] = info.entityTag
    return request
  }

  /// Throws the error that stands in the body of an answer with a good status.
  func throwLateError(_ response: HTTPResponse, _ request: ObjectRequest) async throws(ObjectStoreError) {
    let answer = S3ErrorAnswer(response)
    if !answer.code.isEmpty {
      throw await error(answer, key: request.key, method: request.method, credential: nil)
    }
  }

  /// What the answer to a copy tells of the new object; nil for requests that are none.
  func copyResult(
    _ response: HTTPResponse, _ request: ObjectRequest
  ) throws(ObjectStoreError) -> (entityTag: String?, modified: UnixTime?)? {
    guard request.headers["x-amz-copy-source"] != nil else { return nil }
    let fields = try fields(of: response, request.key)
    return (fields["ETag"], fields["LastModified"].flatMap { UnixTime(iso8601: $0) })
  }
}
