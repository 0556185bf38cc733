public import BinaryIO
public import ObjectStorage

/// Status and header fields of an answer: all there is before its body.
public struct HTTPResponseHead: Sendable, Hashable {
  /// The status, such as 206.
  public let status: Int
  /// The header fields.
  public let headers: HTTPHeaders

  /// Makes a head.
  public init(status: Int, headers: HTTPHeaders) {
    self.status = status
    self.headers = headers
  }
}

/// Where an answer's body goes, decided when its head is known.
public enum HTTPBodyDestination: Sendable {
  /// Into a sink. When the body breaks off, the error carries `describing` as ``ObjectStoreError/partial``.
  case sink(any ByteSink, describing: ObjectInfo?)
  /// Into memory, at most so many bytes; more is an error.
  case memory(limit: ByteCount)
}

/// An answer after its last byte.
public struct HTTPResponse: Sendable, Hashable {
  /// Status and header fields.
  public let head: HTTPResponseHead
  /// The body, where it went into memory.
  public let body: [UInt8]

  /// Makes an answer.
  public init(head: HTTPResponseHead, body: [UInt8] = []) {
    self.head = head
    self.body = body
  }
}
