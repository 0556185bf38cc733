import BinaryIO
public import HTTPTransport
public import ObjectStorage
import Synchronization

/// The files below a URL of a web server, to be read.
///
/// Keys are percent-encoded behind the base's path. Redirects are followed, without credentials when they
/// lead to another host, never from `https` to `http`. Servers have no listing that could be relied on:
/// `list` is refused, as are writes. Requests are not repeated here: wrap it in ``RetryingStore``.
public final class HTTPStore: ObjectStore {
  /// How the server is asked.
  public let options: HTTPStoreOptions
  let client: RedirectingClient

  /// Opens a place; nothing is sent.
  public init(options: HTTPStoreOptions, transport: any HTTPClient) {
    self.options = options
    client = RedirectingClient(transport: transport)
  }

  /// Reading only; entity tags are used where the server has strong ones.
  public var abilities: StoreAbilities { [] }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    let (response, _) = try await client.exchange(
      request(.head, key), confidential: options.confidentialHeaders, for: url(of: key))
    let head = response.head
    // Some servers, and URLs that are signed for GET, don't answer HEAD or tell no length there.
    if head.status == 405 || head.status == 501
      || (head.isSuccess && head.headers["Content-Length"] == nil)
    {
      return try await probe(key)
    }
    guard head.isSuccess else { throw error(response, key) }
    return try info(head, key)
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var request = request(.get, key)
    try request.headers.ask(for: options, of: url(of: key))
    let (response, _) = try await client.exchange(
      request, confidential: self.options.confidentialHeaders, for: url(of: key)
    ) { head, _ throws(ObjectStoreError) in
      let info = try self.info(head, key)
      try head.check(info, against: options, at: self.url(of: key))
      return .sink(sink, describing: info)
    }
    guard response.head.isSuccess else { throw error(response, key) }
    return try info(response.head, key)
  }

  /// Throws `.unsupported`: HTTP has no listings.
  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    throw ObjectStoreError(
      .unsupported, url: "\(options.base)", detail: "HTTP has no listing of what is below an address",
      remedy: "name the object, or a data set by its folder: its index tells the rest")
  }
}

extension HTTPStore {
  /// Asks for the first byte, to learn the size from the answer's head; what follows the head is not read.
  private func probe(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    var request = request(.get, key)
    request.headers["Range"] = "bytes=0-0"
    let seen = Mutex<ObjectInfo?>(nil)
    let failure: ObjectStoreError
    do throws(ObjectStoreError) {
      let (response, _) = try await client.exchange(
        request, confidential: options.confidentialHeaders, for: url(of: key)
      ) { head, _ throws(ObjectStoreError) in
        let info = try self.info(head, key)
        seen.withLock { $0 = info }
        throw ObjectStoreError(.cancelled, url: self.url(of: key), detail: "the head is all that was wanted")
      }
      // An empty object has no first byte.
      if response.head.status == 416, response.head.headers["Content-Range"] == "bytes */0" {
        return ObjectInfo(key: key, byteCount: 0, entityTag: strongTag(response.head))
      }
      failure = error(response, key)
    } catch {
      failure = error
    }
    guard let info = seen.withLock({ $0 }), !Task.isCancelled else { throw failure }
    return info
  }

  func request(_ method: HTTPRequest.Method, _ key: ObjectKey) -> HTTPRequest {
    HTTPRequest(method, options.base.appending(path: key.text))
  }

  /// The address in messages: without the query.
  func url(of key: ObjectKey) -> String {
    "\(options.base.appending(path: key.text))"
  }
}
