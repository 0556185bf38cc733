import CloudAuth
import HTTPTransport
public import ObjectStorage
import Synchronization

extension S3Store {
  /// The longest life of a presigned URL that the service accepts.
  private static let longestLifetime = Duration.seconds(7 * 86400)

  /// Makes a URL with a signature in its query; nothing is sent.
  ///
  /// It ends with the credential that signed it, when that is sooner.
  /// - Parameter lifetime: at least a second, at most seven days.
  /// - Throws: `.unsupported` for anonymous access, `.misconfigured` for another lifetime.
  public func presignedURL(
    for use: PresignedURL.Use, _ key: ObjectKey, lifetime: Duration
  ) async throws(ObjectStoreError) -> PresignedURL {
    guard lifetime >= .seconds(1), lifetime <= Self.longestLifetime else {
      throw ObjectStoreError(
        .misconfigured, url: url(of: key),
        detail: "expected a lifetime from 1 s to 7 days, found \(lifetime)",
        remedy: "choose another lifetime")
    }
    guard options.customerKey == nil else {
      throw ObjectStoreError(
        .unsupported, url: url(of: key), detail: "expected objects without a customer's key, which no URL carries",
        remedy: "sign URLs in a store without sse_customer_key_file")
    }
    guard let credential = try await credential(for: key) else {
      throw ObjectStoreError(
        .unsupported, url: url(of: key), detail: "expected credentials to sign with, found anonymous access",
        remedy: "use credentials")
    }
    let place = self.place.withLock { $0 }
    var target = place.base
    target.encodedPath += PercentEncoding.encodedPath(key.text)
    if options.requesterPays { target.encodedQuery = "x-amz-request-payer=requester" }
    let now = UnixTime.now
    let signed = place.signer.presigned(
      use == .reading ? .get : .put, target, with: credential.credential, lifetime: lifetime,
      at: now + place.clockOffset)
    var end = now + .seconds(lifetime.components.seconds)
    if let expiration = credential.expiration, expiration < end { end = expiration }
    return PresignedURL(signed.text, expiration: end)
  }
}
