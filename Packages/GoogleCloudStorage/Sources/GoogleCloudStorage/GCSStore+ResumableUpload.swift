import BinaryIO
import HTTPTransport
import ObjectStorage

extension GCSStore {
  /// Uploads in a session that goes on where it broke, and ends the session when it can't.
  func putInSession(
    _ key: ObjectKey, _ source: any ByteSource, _ description: [UInt8], _ options: PutOptions
  ) async throws(ObjectStoreError) -> HTTPResponse {
    let session = try await beginSession(key, source.byteCount, description, options)
    do throws(ObjectStoreError) {
      return try await send(source, to: session, key)
    } catch {
      // Also when the task is cancelled. A failure of this is not the one to report: sessions end by
      // themselves after a week.
      let store = self
      await Task { () -> Void in _ = try? await store.send(HTTPRequest(.delete, session), key) }.value
      throw error
    }
  }

  private func beginSession(
    _ key: ObjectKey, _ byteCount: Int, _ description: [UInt8], _ options: PutOptions
  ) async throws(ObjectStoreError) -> HTTPURL {
    var request = request(.post, nil, service: "upload/storage/v1", body: MemorySource(description))
    request.key = key
    request.query = [("uploadType", "resumable"), ("name", key.text)] + (try conditions(options, key))
    request.headers["Content-Type"] = "application/json; charset=UTF-8"
    request.headers["X-Upload-Content-Length"] = "\(byteCount)"
    if let type = options.contentType { request.headers["X-Upload-Content-Type"] = type }
    let response = try await exchange(request)
    guard let location = response.head.headers["Location"] else {
      throw ObjectStoreError(
        .unusableAnswer, url: url(of: key), detail: "expected the session's `Location`, found none")
    }
    let session = try self.options.endpoint.resolving(location: location)
    guard session.hasOrigin(of: self.options.endpoint) else {
      throw ObjectStoreError(
        .redirected, url: url(of: key),
        detail: "expected the session at \(self.options.endpoint.authority), found it at \(session.authority)",
        remedy: "set the endpoint to the address that the service gives itself")
    }
    return session
  }

  private func send(
    _ source: any ByteSource, to session: HTTPURL, _ key: ObjectKey
  ) async throws(ObjectStoreError) -> HTTPResponse {
    let total = source.byteCount
    let unit = 256 << 10
    let chunk = max(unit, options.chunkByteCount / unit * unit)
    var offset = 0
    var plan = RetryPlan(RetryPolicy())
    var asksForOffset = false
    while true {
      let range = offset..<min(offset + chunk, total)
      do throws(ObjectStoreError) {
        let step =
          asksForOffset
          ? try await askForOffset(session, key, total)
          : try await sendChunk(PartSource(source, range), range, total, to: session, key)
        asksForOffset = false
        switch step {
        case .done(let response): return response
        case .holds(let count):
          guard count >= offset, count <= total else {
            throw ObjectStoreError(
              .unusableAnswer, url: url(of: key),
              detail: "expected \(offset) to \(total) bytes to be kept, found \(count)")
          }
          if count > offset { plan = RetryPlan(RetryPolicy()) }
          offset = count
        }
      } catch {
        guard await plan.waits(after: error) else { throw error }
        asksForOffset = true
      }
    }
  }

  private enum Step {
    case done(HTTPResponse)
    /// The service has so many bytes and waits for more.
    case holds(Int)
  }

  private func sendChunk(
    _ source: PartSource, _ range: Range<Int>, _ total: Int, to session: HTTPURL, _ key: ObjectKey
  ) async throws(ObjectStoreError) -> Step {
    var request = HTTPRequest(.put, session, body: source)
    request.headers["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(total)"
    return try await step(request, key)
  }

  private func askForOffset(
    _ session: HTTPURL, _ key: ObjectKey, _ total: Int
  ) async throws(ObjectStoreError) -> Step {
    try await step(HTTPRequest(.put, session, headers: ["Content-Range": "bytes */\(total)"]), key)
  }

  private func step(_ request: HTTPRequest, _ key: ObjectKey) async throws(ObjectStoreError) -> Step {
    let (response, credential) = try await send(request, key)
    if response.head.isSuccess { return .done(response) }
    guard response.head.status == 308 else { throw await error(response, key, credential) }
    // No `Range`: not a byte has been kept.
    guard let range = response.head.headers["Range"] else { return .holds(0) }
    guard range.hasPrefix("bytes=0-"), let last = decimal(range.dropFirst(8)) else {
      throw ObjectStoreError(
        .unusableAnswer, url: url(of: key), status: 308, detail: "expected `Range: bytes=0-…`, found another")
    }
    return .holds(last + 1)
  }
}
