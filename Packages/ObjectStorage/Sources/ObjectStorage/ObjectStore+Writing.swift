extension ObjectStore {
  /// Runs a conditional write: what a service calls a failed precondition is an object in the way of a create-only one.
  /// - Throws: `.alreadyExists` for that, else what the body throws.
  package func writing<R>(
    _ options: PutOptions, _ body: () async throws(ObjectStoreError) -> R
  ) async throws(ObjectStoreError) -> R {
    do throws(ObjectStoreError) {
      return try await body()
    } catch {
      guard options.createOnly, error.code == .preconditionFailed else { throw error }
      throw ObjectStoreError(
        .alreadyExists, url: error.url, status: error.status, detail: error.detail, cause: error)
    }
  }
}
