import CloudAuth
import HTTPTransport
public import ObjectStorage

extension GCSStore {
  /// A URL of the XML API, signed with the key of a service account; nothing is sent.
  /// - Parameter lifetime: at least a second, at most seven days.
  /// - Throws: `.unsupported` without a service account's key, `.misconfigured` for another lifetime or a file that can't
  ///   be used.
  public func presignedURL(
    for use: PresignedURL.Use, _ key: ObjectKey, lifetime: Duration
  ) async throws(ObjectStoreError) -> PresignedURL {
    guard lifetime >= .seconds(1), lifetime <= .seconds(604_800) else {
      throw ObjectStoreError(
        .misconfigured, url: url(of: key), detail: "expected a lifetime from 1 s to 7 days, found \(lifetime)",
        remedy: "choose another lifetime")
    }
    var signer: GoogleURLSigner?
    if let path = options.signingFile {
      do throws(CredentialError) {
        signer = try await GoogleURLSigner(file: path)
      } catch {
        throw ObjectStoreError(
          .misconfigured, url: url(of: key), detail: "\(error.source): \(error.detail)", remedy: error.remedy, cause: error)
      }
    }
    let now = UnixTime.now
    let seconds = lifetime.components.seconds
    var place = options.endpoint
    let start = place.encodedPath.hasSuffix("/") ? place.encodedPath : place.encodedPath + "/"
    place.encodedPath = start + PercentEncoding.encoded(bucket) + "/" + PercentEncoding.encodedPath(key.text)
    guard let signed = signer?.signed(use == .reading ? .get : .put, place, seconds: seconds, at: now) else {
      throw ObjectStoreError(
        .unsupported, url: url(of: key), detail: "expected a service account's key to sign with, found none",
        remedy: "name its file with GOOGLE_APPLICATION_CREDENTIALS, or use HMAC keys")
    }
    return PresignedURL(signed.text, expiration: now + .seconds(seconds))
  }
}
