import HTTPTransport
public import ObjectStorage

extension HTTPStore {
  /// Tells the address and who asks, and asks the server for its clock and its name.
  public func diagnose() async -> StoreDiagnosis {
    var diagnosis = StoreDiagnosis(
      service: "a web server", endpoint: options.base.description,
      credentials: [.init(name: "the address and settings", found: options.identityInWords, isUsed: true)])
    // Without credentials and query: any answer tells as much.
    var plain = options.base
    plain.encodedQuery = nil
    if let greeting = await client.transport.greeting(HTTPRequest(.head, plain)) {
      diagnosis.clockOffset = greeting.clockOffset
      if let server = greeting.head.headers["Server"] {
        diagnosis.settings.append(.init("server", String(server.prefix(80))))
      }
    }
    return diagnosis
  }
}
