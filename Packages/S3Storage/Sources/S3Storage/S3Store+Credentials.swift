import CloudAuth
import ObjectStorage

extension S3Store {
  /// The credential for the next request; nil for anonymous ones.
  /// - Throws: `.noCredentials`: a request that should be signed is not sent otherwise.
  func credential(for key: ObjectKey?) async throws(ObjectStoreError) -> Expiring<AWSCredential>? {
    guard case .credentials(let cache) = options.identity else { return nil }
    do throws(CredentialError) {
      return try await cache.current()
    } catch {
      throw ObjectStoreError(error, url: url(of: key))
    }
  }

  /// Has the next request fetch another credential than a refused one.
  func forget(_ credential: Expiring<AWSCredential>?) async {
    if let credential, case .credentials(let cache) = options.identity { await cache.refused(credential) }
  }
}
