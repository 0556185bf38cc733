import CloudAuth
import HTTPTransport
import Synchronization
public import ObjectStorage

extension AzureStore {
  /// A URL with a service signature for one blob, made with the account's key; at most seven days.
  /// - Throws: `.unsupported` when the credential is no key of the account.
  public func presignedURL(
    for use: PresignedURL.Use, _ key: ObjectKey, lifetime: Duration
  ) async throws(ObjectStoreError) -> PresignedURL {
    guard case .sharedKey(let shared) = try await credential(for: key)?.credential else {
      throw ObjectStoreError(
        .unsupported, url: url(of: key), detail: "expected the account's key to sign with, found none",
        remedy: "set AZURE_ACCOUNT_ACCESS_KEY")
    }
    let seconds = min(max(1, lifetime.components.seconds), 604_800)
    let end = UnixTime.now + clockOffset.withLock { $0 } + .seconds(seconds)
    let permissions = use == .reading ? "r" : "cw"
    let version = signer.serviceVersion
    let schemes = options.endpoint.scheme == "https" ? "https" : "https,http"
    // "Create a service SAS", version 2020-12-06 and later: one line each, empty ones too.
    let lines = [
      permissions, "", end.iso8601, "/blob/\(shared.account)/\(container)/\(key.text)", "", "", schemes, version,
      "b", "", "", "", "", "", "", "",
    ]
    var place = place(of: key)
    place.encodedQuery = PercentEncoding.encodedQuery([
      (name: "sv", value: version), (name: "spr", value: schemes), (name: "se", value: end.iso8601),
      (name: "sr", value: "b"), (name: "sp", value: permissions),
      (name: "sig", value: shared.signature(of: lines.joined(separator: "\n"))),
    ])
    return PresignedURL(place.text, expiration: end)
  }
}
