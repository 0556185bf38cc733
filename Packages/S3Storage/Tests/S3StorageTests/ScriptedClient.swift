import BinaryIO
import CloudAuth
import HTTPTransport
import ObjectStorage
import S3Storage
import Synchronization
import Testing

/// Gives prepared answers, one after the other (the last again and again), and keeps the requests.
final class ScriptedClient: HTTPClient {
  struct Answer: Sendable {
    var status: Int
    var headers: HTTPHeaders = [:]
    var body = ""
  }

  private let answers: [Answer]
  private let seen = Mutex<[HTTPRequest]>([])

  init(_ answers: Answer...) { self.answers = answers }

  var requests: [HTTPRequest] { seen.withLock { $0 } }

  func perform(
    _ request: HTTPRequest,
    receiving: @escaping @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
  ) async throws(ObjectStoreError) -> HTTPResponse {
    let number = seen.withLock { seen in
      seen.append(request)
      return seen.count - 1
    }
    let answer = answers[min(number, answers.count - 1)]
    let head = HTTPResponseHead(status: answer.status, headers: answer.headers)
    let body = Array(answer.body.utf8)
    switch try receiving(head) {
    case .sink(let sink, _):
      try sink.write(body.span.bytes)
      return HTTPResponse(head: head)
    case .memory: return HTTPResponse(head: head, body: body)
    }
  }
}

extension S3Options {
  /// Signs with a fixed credential.
  static func signed(
    token: String? = nil, endpoint: String? = nil, _ configure: (inout S3Options) -> Void = { _ in }
  ) throws -> S3Options {
    let credential = AWSCredential(
      accessKeyID: "AKID", secretAccessKey: Secret("hunter2"), sessionToken: token.map { Secret($0) })
    var options = S3Options(
      identity: .credentials(CredentialCache<AWSCredential>([ExplicitSource(credential, name: "a test")])),
      endpoint: try endpoint.map { try HTTPURL(parsing: $0) })
    configure(&options)
    return options
  }
}
