import CloudAuth
import ObjectStorage

extension AzureStore {
  /// The credential for the next request; nil for anonymous ones.
  /// - Throws: `.noCredentials`: a request that should be authorized is not sent otherwise.
  func credential(for key: ObjectKey?) async throws(ObjectStoreError) -> Expiring<AzureCredential>? {
    guard case .credentials(let cache) = options.identity else { return nil }
    do throws(CredentialError) {
      return try await cache.current()
    } catch {
      throw ObjectStoreError(error, url: url(of: key))
    }
  }

  /// Has the next request fetch another credential than a refused one.
  func forget(_ credential: Expiring<AzureCredential>?) async {
    if let credential, case .credentials(let cache) = options.identity { await cache.refused(credential) }
  }
}
