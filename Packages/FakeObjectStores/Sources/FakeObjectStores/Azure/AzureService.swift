import ObjectStorage
import Synchronization

/// Answers as Azure Blob Storage does, under `/account/container/blob`.
final class AzureService: FakeService {
  /// Blocks of a blob that no list has named yet.
  struct Place: Hashable {
    let container: String
    let key: KeyBytes
  }

  let options: FakeAzure.Options
  let table: MemoryTable
  let tokens: Mutex<Set<String>>
  let blocks = Mutex<[Place: [String: [UInt8]]]>([:])
  /// Looks that still find a copy under way.
  let pendingCopies = Mutex<[Place: Int]>([:])
  private let verifier: AzureVerifier
  private let counter = Atomic<Int>(0x8DC_0000_0000_0000)

  init(_ options: FakeAzure.Options, _ table: MemoryTable) {
    self.options = options
    self.table = table
    tokens = Mutex(options.tokens)
    verifier = AzureVerifier(options)
  }

  var name: String { "FakeAzure" }
  var maximumBodyByteCount: Int { 5000 << 20 }

  func target(of head: HTTPRequestHead) -> (bucket: String, key: String) {
    guard let parts = head.pathParts, parts.count > 1 else { return ("", "") }
    return (parts[1], parts.dropFirst(2).joined(separator: "/"))
  }

  func failure(_ status: Int, _ code: String, _ message: String) -> HTTPResponse {
    var xml = XMLWriter()
    xml.element("Error") { xml in
      xml.element("Code", code)
      xml.element("Message", message + "\nRequestId:fake\nTime:now")
    }
    return HTTPResponse(
      status: status, headers: [("x-ms-error-code", code), ("Content-Type", "application/xml")],
      body: .bytes(xml.bytes), errorCode: code)
  }

  func answer(_ request: FakeRequest) -> HTTPResponse {
    do throws(S3Error) {
      return try perform(request)
    } catch {
      return failure(error.status, error.code, error.message)
    }
  }

  private func perform(_ request: FakeRequest) throws(S3Error) -> HTTPResponse {
    guard let parts = request.head.pathParts, parts.count > 1, parts[0] == options.account else {
      throw S3Error(400, "InvalidUri", "The requested URI does not represent any resource on the server.")
    }
    let (container, key) = target(of: request.head)
    try authorize(request, container, key)
    guard table.hasBucket(container) else {
      throw S3Error(404, "ContainerNotFound", "The specified container does not exist.")
    }
    if key.isEmpty {
      guard request.method == "GET", request["comp"] == "list", request["restype"] == "container" else {
        throw S3Error(405, "UnsupportedHttpVerb", "The resource doesn't support the specified HTTP verb.")
      }
      return try list(request, container)
    }
    guard key.utf8.count <= 1024 else { throw S3Error(400, "InvalidResourceName", "The name is too long.") }
    switch request.method {
    case "GET", "HEAD": return try read(request, container, KeyBytes(key))
    case "PUT": return try write(request, container, KeyBytes(key))
    case "DELETE":
      guard table.object(container, KeyBytes(key)) != nil else { throw Self.blobNotFound }
      table.delete(container, KeyBytes(key))
      return HTTPResponse(status: 202)
    default: throw S3Error(405, "UnsupportedHttpVerb", "The resource doesn't support the specified HTTP verb.")
    }
  }

  private func authorize(_ request: FakeRequest, _ container: String, _ key: String) throws(S3Error) {
    let isRead = request.method == "GET" || request.method == "HEAD"
    if request["sig"] != nil {
      let permission: Character =
        isRead ? (key.isEmpty ? "l" : "r") : request.method == "DELETE" ? "d" : "w"
      if let flaw = verifier.flaw(request, container: container, blob: key, needs: permission) {
        throw S3Error(403, "AuthenticationFailed", flaw)
      }
      return
    }
    guard let authorization = request.head["authorization"] else {
      if isRead, options.publicContainers.contains(container) { return }
      throw S3Error(401, "NoAuthenticationInformation", "Server failed to authenticate the request.")
    }
    guard request.head["x-ms-version"] != nil else {
      throw S3Error(400, "MissingRequiredHeader", "An HTTP header that's mandatory is not specified: x-ms-version.")
    }
    if authorization.hasPrefix("Bearer ") {
      guard tokens.withLock({ $0.contains(String(authorization.dropFirst(7))) }) else {
        throw S3Error(401, "InvalidAuthenticationInfo", "Lifetime validation failed. The token is expired.")
      }
      return
    }
    guard authorization.hasPrefix("SharedKey "),
      let time = request.head["x-ms-date"].flatMap({ UnixTime(httpDate: $0) }),
      time - request.now < .seconds(900), request.now - time < .seconds(900),
      verifier.isSigned(request.head, authorization: authorization.dropFirst(10))
    else {
      throw S3Error(
        403, "AuthenticationFailed",
        "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly.")
    }
  }

  private func read(_ request: FakeRequest, _ container: String, _ key: KeyBytes) throws(S3Error) -> HTTPResponse {
    guard let object = table.object(container, key) else { throw Self.blobNotFound }
    var headers: [(name: String, value: String)] = [
      ("ETag", object.entityTag), ("Last-Modified", object.modified.httpDate), ("Accept-Ranges", "bytes"),
      ("Content-Type", object.contentType ?? "application/octet-stream"), ("x-ms-blob-type", "BlockBlob"),
    ]
    let place = Place(container: container, key: key)
    let looks = pendingCopies.withLock { pending in
      let left = pending[place]
      pending[place] = left.flatMap { $0 > 1 ? $0 - 1 : nil }
      return left
    }
    if let looks { headers.append(("x-ms-copy-status", looks > 1 ? "pending" : "success")) }
    return ObjectReading.response(object, request.head, headers: headers, allowsSuffix: false, failure: failure)
  }

  /// Stores bytes under the next entity tag.
  func store(
    _ bytes: [UInt8], _ container: String, _ key: KeyBytes, _ contentType: String?, _ condition: WriteCondition,
    _ now: UnixTime
  ) throws(S3Error) -> StoredObject {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    do throws(S3Error) {
      return try table.put(
        bytes, container, key, entityTag: "\"0x\(String(number, radix: 16, uppercase: true))\"",
        contentType: contentType, condition, now: now)
    } catch {
      if condition.createOnly { throw S3Error(409, "BlobAlreadyExists", "The specified blob already exists.") }
      throw S3Error(
        412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
    }
  }

  func condition(_ request: FakeRequest) -> WriteCondition {
    WriteCondition(createOnly: request.head["if-none-match"] == "*", ifMatch: request.head["if-match"])
  }

  static let blobNotFound = S3Error(404, "BlobNotFound", "The specified blob does not exist.")
}
