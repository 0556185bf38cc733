package import ObjectStorage
package import Testing

/// Expects an ``ObjectStoreError`` of a code, without a secret in it, and returns it.
@discardableResult
package func expect<R>(
  _ code: ObjectStoreError.Code, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> R
) async -> ObjectStoreError? {
  let error = await #expect(throws: ObjectStoreError.self, sourceLocation: sourceLocation) {
    _ = try await body()
  }
  #expect(error?.code == code, "\(error.map { "\($0)" } ?? "none")", sourceLocation: sourceLocation)
  if let error {
    for secret in ["hunter2", "fake/secret", "Signature=", "X-Amz-Credential", "Bearer", "sig="] {
      #expect(!"\(error)".contains(secret), sourceLocation: sourceLocation)
    }
  }
  return error
}
