import BinaryIO
import CloudAuth
public import HTTPTransport
public import ObjectStorage

/// A data set repository of the Hugging Face Hub, to be read.
///
/// Files come through the Hub's `resolve` addresses, which lead large ones to another host: the token stays
/// with the Hub. Their entity tags are the Hub's own, which name the content, so a read of a revision that
/// moved on is noticed. Listings come from the tree API. Requests are not repeated here: wrap it in
/// ``RetryingStore``.
public final class HubStore: ObjectStore {
  /// Repository and revision.
  public let address: HubAddress
  /// Where the Hub is, and the token.
  public let options: HubOptions
  let client: RedirectingClient

  /// Opens a repository; nothing is sent. The address's path plays no part.
  public init(_ address: HubAddress, options: HubOptions, transport: any HTTPClient) {
    self.address = address
    self.options = options
    client = RedirectingClient(transport: transport)
  }

  public var abilities: StoreAbilities { [.list, .conditionalRead] }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    // The redirect itself tells all there is to know: following it would ask another host.
    let request = HTTPRequest(.head, resolveURL(key), headers: confidentialHeaders)
    let response = try await client.transport.exchange(request, for: url(of: key))
    if let info = linkedInfo(response.head, key) { return info }
    if (300..<400).contains(response.head.status) {
      // A repository that was renamed, say.
      let (last, trail) = try await client.exchange(
        HTTPRequest(.head, resolveURL(key)), confidential: confidentialHeaders, for: url(of: key))
      guard last.head.isSuccess else { throw error(last, key.text) }
      return try info(last.head, trail, key)
    }
    guard response.head.isSuccess else { throw error(response, key.text) }
    return try info(response.head, [], key)
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var request = HTTPRequest(.get, resolveURL(key))
    // No `If-Match`: the tag is the Hub's, and the host with the bytes has another. It is compared below.
    try request.headers.ask(for: GetOptions(range: options.range), of: url(of: key))
    let (response, trail) = try await client.exchange(
      request, confidential: confidentialHeaders, for: url(of: key)
    ) { head, trail throws(ObjectStoreError) in
      let info = try self.info(head, trail, key)
      try head.check(info, against: options, at: self.url(of: key))
      return .sink(sink, describing: info)
    }
    guard response.head.isSuccess else { throw error(response, key.text) }
    return try info(response.head, trail, key)
  }

  var confidentialHeaders: HTTPHeaders {
    var headers = HTTPHeaders()
    if let token = options.token { headers["Authorization"] = "Bearer " + token.text }
    return headers
  }

  func resolveURL(_ key: ObjectKey) -> HTTPURL {
    place("datasets", "resolve").appending(path: key.text)
  }

  /// `endpoint/KIND/org/name/VERB/revision`, the revision as one part.
  func place(_ kind: String, _ verb: String) -> HTTPURL {
    var url = options.endpoint.appending(path: "\(kind)/\(address.repository)/\(verb)")
    url.encodedPath += "/" + PercentEncoding.encoded(address.revision)
    return url
  }

  func url(of key: ObjectKey) -> String { "\(address)/\(key)" }
}
