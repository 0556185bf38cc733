package import ObjectStorage

/// A request to an object store before it has a place and an authorization.
package struct ObjectRequest: Sendable {
  package var method: HTTPRequest.Method
  /// Nil for what holds the objects: a bucket or a container.
  package var key: ObjectKey?
  /// Names and values, not encoded.
  package var query: [(String, String)] = []
  package var headers = HTTPHeaders()
  package var body: (any ByteSource)?

  package init(_ method: HTTPRequest.Method, key: ObjectKey?, body: (any ByteSource)? = nil) {
    self.method = method
    self.key = key
    self.body = body
  }

  /// Adds the conditions of a write.
  package mutating func set(_ options: PutOptions) {
    if options.createOnly { headers["If-None-Match"] = "*" }
    headers["If-Match"] = options.ifMatch
  }
}
