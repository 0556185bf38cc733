import ObjectStorage

/// What one kind of service answers. Called on the threads of the connections, several at once.
protocol FakeService: Sendable {
  /// The name that the service gives itself.
  var name: String { get }
  /// The longest body that a request may have.
  var maximumBodyByteCount: Int { get }
  /// What a request is about, for the log and for faults.
  func target(of head: HTTPRequestHead) -> (bucket: String, key: String)
  /// Carries a request out.
  func answer(_ request: FakeRequest) -> HTTPResponse
  /// An error in the service's form.
  func failure(_ status: Int, _ code: String, _ message: String) -> HTTPResponse
}

/// A whole request, its names decoded.
struct FakeRequest: Sendable {
  let head: HTTPRequestHead
  let body: [UInt8]
  /// The service's time.
  let now: UnixTime
  /// Where the client reached the server: `http://127.0.0.1:port`.
  let endpoint: String

  var method: String { head.method }
  /// Names and values of the query, decoded; empty when it can't be.
  var query: [(name: String, value: String)] { head.queryPairs ?? [] }
  /// The value of a query parameter: `""` when it stands there without one, nil when it does not.
  subscript(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

extension HTTPRequestHead {
  /// Names and values of the query, decoded, in the order sent; nil when an escape is broken.
  var queryPairs: [(name: String, value: String)]? {
    var pairs: [(name: String, value: String)] = []
    for part in (query ?? "").split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decoded(sides[0], plusIsSpace: true),
        let value = PercentEncoding.decoded(sides.count == 2 ? sides[1] : "", plusIsSpace: true),
        let nameText = String(validating: name, as: UTF8.self),
        let valueText = String(validating: value, as: UTF8.self)
      else { return nil }
      pairs.append((nameText, valueText))
    }
    return pairs
  }

  /// The parts of the path between slashes, each decoded by itself; nil when an escape is broken.
  var pathParts: [String]? {
    var parts: [String] = []
    for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let bytes = PercentEncoding.decoded(part), let text = String(validating: bytes, as: UTF8.self)
      else { return nil }
      parts.append(text)
    }
    return parts
  }
}
