public import CloudAuth
import HTTPTransport
public import ObjectStorage

extension AWSCredential: StoreCredential {}

extension S3Options {
  /// These options with what was set for the address in their place.
  ///
  /// A profile or a file stands for credentials only; it is read with the other settings of `environment`.
  /// - Throws: `.misconfigured` for a credential of another service, `.unusableURL` for an endpoint that is none.
  public func applying(
    _ options: StoreOptions, _ environment: EnvironmentVariables = .process
  ) throws(ObjectStoreError) -> S3Options {
    var joined = self
    joined.region = options.region ?? region
    if let text = options.endpoint { joined.endpoint = try HTTPURL(parsing: text) }
    switch options.addressingStyle {
    case nil: break
    case .path: joined.addressingStyle = .path
    case .virtualHost: joined.addressingStyle = .virtualHost
    }
    switch options.identity {
    case nil: break
    case .anonymous: joined.identity = .anonymous
    case .profile(let name):
      joined.identity = .credentials(
        CredentialCache<AWSCredential>(.aws(profile: name, environment: environment)))
    case .file(let path):
      joined.identity = .credentials(
        .awsChain(environment.withoutKeys.replacing("AWS_SHARED_CREDENTIALS_FILE", by: path)))
    case .credential(let given):
      guard let credential = given as? AWSCredential else {
        throw ObjectStoreError(
          .misconfigured, url: "s3://", detail: "expected an AWSCredential, found another service's",
          remedy: "give stores of S3 an AWSCredential")
      }
      joined.identity = .credentials(CredentialCache<AWSCredential>([ExplicitSource(credential)]))
    }
    joined.requesterPays = options.requesterPays ?? requesterPays
    joined.encryption = options.encryption ?? encryption
    joined.checksum = options.checksum ?? checksum
    if let text = options.settings["verify_downloads"] { joined.verifiesDownloads = text == "true" }
    joined.headers += options.headers
    joined.cannedACL = options.settings["canned_acl"] ?? cannedACL
    return joined
  }
}

extension EnvironmentVariables {
  /// The same without keys, so that those of a file are found.
  var withoutKeys: EnvironmentVariables {
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"]
      .reduce(self) { $0.replacing($1, by: nil) }
  }
}
