import ObjectStorage

/// Checks shared keys and shared access signatures from the published descriptions, sharing nothing with the
/// client that signs.
///
/// Sources: "Authorize with Shared Key" (Blob service, version 2015-02-21 and later) and "Create a service SAS"
/// (version 2020-12-06 and later).
struct AzureVerifier: Sendable {
  let account: String
  private let key: [UInt8]

  init(_ options: FakeAzure.Options) {
    account = options.account
    key = Base64Text.decoded(options.key) ?? []
  }

  /// Whether `SharedKey account:signature` is of this request.
  func isSigned(_ head: HTTPRequestHead, authorization: Substring) -> Bool {
    let parts = authorization.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, parts[0] == account else { return false }
    return parts[1] == signature(of: stringToSign(head))
  }

  private func stringToSign(_ head: HTTPRequestHead) -> String {
    let length = head["content-length"] ?? "0"
    var lines = [head.method]
    for name in [
      "content-encoding", "content-language", "content-length", "content-md5", "content-type", "date",
      "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range",
    ] {
      lines.append(name == "content-length" ? (length == "0" ? "" : length) : head[name] ?? "")
    }
    let own = head.headers.filter { $0.name.hasPrefix("x-ms-") }.sorted { $0.name < $1.name }
    lines += own.map { "\($0.name):\($0.value)" }
    var resource = "/\(account)\(head.path)"
    let pairs = (head.queryPairs ?? []).map { (name: $0.name.lowercased(), value: $0.value) }
    for pair in pairs.sorted(by: { $0.name < $1.name }) { resource += "\n\(pair.name):\(pair.value)" }
    return (lines + [resource]).joined(separator: "\n")
  }

  /// What is wrong with a shared access signature; nil when it grants the request.
  func flaw(
    _ request: FakeRequest, container: String, blob: String, needs permission: Character
  ) -> String? {
    var fields: [String: String] = [:]
    for pair in request.query { fields[pair.name] = pair.value }
    let isBlob = fields["sr"] == "b"
    guard let signature = fields["sig"], isBlob || fields["sr"] == "c" else { return "Signature fields not well formed." }
    guard signature == self.signature(ofFields: fields, resource: isBlob ? "\(container)/\(blob)" : container)
    else { return "Signature did not match." }
    guard let end = fields["se"].flatMap({ UnixTime(iso8601: $0) }), end > request.now else {
      return "Signature not valid in the specified time frame."
    }
    // A creator may write what is not there yet; here both letters are asked for alike.
    let permissions = fields["sp"] ?? ""
    guard permissions.contains(permission) else { return "This request is not authorized: \(permission) is missing." }
    return nil
  }

  /// The signature over the fields of a query.
  func signature(ofFields fields: [String: String], resource: String) -> String {
    func field(_ name: String) -> String { fields[name] ?? "" }
    let lines = [
      field("sp"), field("st"), field("se"), "/blob/\(account)/\(resource)", field("si"), field("sip"),
      field("spr"), field("sv"), field("sr"), "", field("ses"), field("rscc"), field("rscd"), field("rsce"),
      field("rscl"), field("rsct"),
    ]
    return signature(of: lines.joined(separator: "\n"))
  }

  private func signature(of text: String) -> String {
    Base64Text.encoded(Digests.hmacSHA256(key: key, text.utf8))
  }
}
