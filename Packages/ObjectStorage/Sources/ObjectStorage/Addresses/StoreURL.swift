/// The address of a data set or an object: `s3://bucket/path`, `gs://bucket/path`, `file:///path`, a plain
/// path, or a scheme of your own.
///
/// Upstream's forms are accepted, `dbfs:/Volumes/…` among them. The path is taken as it stands, without
/// percent decoding and with `#` as an ordinary character, except for `file://`, `http://` and `https://`,
/// which are decoded: there an escaped slash is refused. User name and password are kept for stores that need
/// them, and never printed; nor is the query.
public struct StoreURL: Sendable, Hashable {
  /// The scheme in lower case; `file` for plain paths.
  public let scheme: String
  /// Bucket, account or host; `""` when the URL has none.
  public let host: String
  /// The port, when written.
  public let port: Int?
  /// What follows host and slash, without slashes at the end: a key prefix; a file path for `file`.
  public let path: String
  /// What follows the question mark, when there is one. May hold secrets.
  public let query: String?
  /// User name and password as written before the `@`. A secret.
  public let userInfo: String?

  init(scheme: String, host: String, port: Int?, path: String, query: String?, userInfo: String?) {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.path = path
    self.query = query
    self.userInfo = userInfo
  }

  /// Reads an address.
  /// - Throws: ``ObjectStoreError`` `.unusableURL` for an empty text, control characters, a port that is no
  ///   number between 1 and 65535, a `file://` URL with a host, or a broken percent escape where escapes count.
  public init(parsing text: String) throws(ObjectStoreError) {
    try self.init(parsing: text, decodingWebPaths: true)
  }

  /// Reads an address; the path of `http(s)` ones stays as it is written where `decodingWebPaths` is false.
  package init(parsing text: String, decodingWebPaths: Bool) throws(ObjectStoreError) {
    guard !text.isEmpty, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw Self.unusable(
        text, expected: "a URL or a path", found: text.isEmpty ? "no text" : "a control character")
    }
    guard let (scheme, rest) = Self.splitScheme(text) else {
      self.init(
        scheme: "file", host: "", port: nil, path: Self.withoutTrailingSlashes(text), query: nil,
        userInfo: nil)
      return
    }
    guard rest.startsWithBytes("//") else {
      // `dbfs:/Volumes/catalog/…`: a path and no host.
      let path = Self.withoutTrailingSlashes(String(Substring(rest.utf8.drop { $0 == slash })))
      self.init(scheme: scheme, host: "", port: nil, path: path, query: nil, userInfo: nil)
      return
    }
    let body = Substring(rest.utf8.dropFirst(2))
    if scheme == "file" {
      self = try Self.fileURL(body, text: text)
      return
    }
    let end = body.utf8.firstIndex(where: { $0 == slash || $0 == 0x3F }) ?? body.endIndex
    let (userInfo, host, port) = try Self.splitAuthority(body[..<end], text: text)
    let tail = body[end...]
    let question = tail.firstByte(0x3F)
    let whole = tail[..<(question ?? tail.endIndex)].utf8
    var path = String(Substring(whole.first == slash ? whole.dropFirst() : whole))
    if decodingWebPaths, scheme == "http" || scheme == "https" { path = try Self.webPath(path, text: text) }
    self.init(
      scheme: scheme, host: host, port: port, path: Self.withoutTrailingSlashes(path),
      query: question.map { String(tail[tail.utf8.index(after: $0)...]) }, userInfo: userInfo)
  }

  /// Whether this names files of this machine.
  public var isLocal: Bool { scheme == "file" }

  /// The address of something below this one.
  /// - Parameter relative: a path without a slash at the start; `""` gives the same address.
  public func appending(_ relative: String) -> StoreURL {
    let joined =
      relative.isEmpty ? path : path.isEmpty ? relative : path == "/" ? "/" + relative : path + "/" + relative
    return StoreURL(scheme: scheme, host: host, port: port, path: joined, query: query, userInfo: userInfo)
  }

  /// The address up to the last slash of the path, and the name after it; nil when the path is empty.
  public var splittingLastComponent: (parent: StoreURL, name: String)? {
    guard !path.isEmpty, path != "/" else { return nil }
    let last = path.lastByte(slash)
    let name = String(path[(last.map(path.utf8.index(after:)) ?? path.startIndex)...])
    let parent =
      last.map { $0 == path.startIndex && isLocal ? "/" : String(path[..<$0]) } ?? (isLocal ? "." : "")
    return (
      StoreURL(scheme: scheme, host: host, port: port, path: parent, query: query, userInfo: userInfo), name
    )
  }
}

extension StoreURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The address without user name, password and query: fit for messages and logs.
  public var description: String {
    if isLocal { return path }
    if scheme == "dbfs", host.isEmpty { return "dbfs:/" + path }
    let authority = (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    return "\(scheme)://\(authority)" + (path.isEmpty ? "" : "/" + path)
  }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}
