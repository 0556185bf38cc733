import CloudAuth
import HTTPTransport
import ObjectStorage

/// Services other than Amazon's that speak S3's protocol and have addresses of their own.
public enum S3Provider: String, Sendable, Hashable, CaseIterable {
  /// Oracle Cloud Infrastructure: `oci://bucket@namespace/path`, region from `OCI_REGION` or `~/.oci/config`.
  case oci
  /// Alibaba Cloud: `oss://bucket/path`, region from `OSS_REGION`, or the endpoint from `OSS_ENDPOINT`, or either from
  /// `~/.ossutilconfig`.
  case oss
  /// Cloudflare R2: `r2://bucket/path`, account from `R2_ACCOUNT_ID`.
  case r2
  /// Google Cloud Storage's XML API, with HMAC keys.
  case gcs

  /// What the service keeps of S3's promises.
  var abilities: StoreAbilities {
    switch self {
    case .r2: .all
    // Conditions are the service's own headers there: S3's would be ignored.
    case .gcs, .oss: [.list, .write, .conditionalRead, .copy, .presign]
    case .oci: .all
    }
  }
}

/// A bucket of one of these services, as an address names it.
struct S3ProviderAddress: Sendable, Hashable {
  let provider: S3Provider
  let bucket: String
  /// Oracle's namespace.
  let namespace: String?
  let path: String

  /// - Throws: `.unusableURL` when the address has another form.
  init(_ url: StoreURL, _ provider: S3Provider) throws(ObjectStoreError) {
    let takesNamespace = provider == .oci
    guard url.port == nil, url.query == nil, takesNamespace || url.userInfo == nil else {
      throw ObjectStoreError(
        .unusableURL, url: url.description,
        detail: "expected \(url.scheme)://bucket\(takesNamespace ? "[@namespace]" : "")/path, found another form",
        remedy: "name the endpoint in the options of the address")
    }
    self.provider = provider
    // `bucket@namespace` reads like a user at a host.
    bucket = url.userInfo ?? url.host
    namespace = url.userInfo == nil ? nil : url.host
    path = url.path
  }

  /// The service's endpoint and region.
  /// - Throws: `.misconfigured` when neither address, options, environment nor files tell them.
  func place(
    _ environment: EnvironmentVariables, _ options: StoreOptions, _ profile: S3ProviderProfile
  ) throws(ObjectStoreError) -> (endpoint: HTTPURL, region: String) {
    let region = try self.region(environment, options, profile)
    if let endpoint = options.endpoint { return (try HTTPURL(parsing: endpoint), region) }
    switch provider {
    case .oci:
      guard let namespace = namespace ?? environment["OCI_NAMESPACE"] ?? profile.namespace else {
        throw missing(
          "the namespace of bucket \(bucket)", profile,
          "write oci://\(bucket)@namespace/path, or set OCI_NAMESPACE; `oci os ns get` shows it")
      }
      let host = "\(namespace).compat.objectstorage.\(region).oraclecloud.com"
      return (try HTTPURL(parsing: "https://" + host), region)
    case .oss:
      if let endpoint = environment["OSS_ENDPOINT"] ?? profile.endpoint {
        return (try HTTPURL(parsing: endpoint.contains("://") ? endpoint : "https://" + endpoint), region)
      }
      return (try HTTPURL(parsing: "https://s3.oss-\(region).aliyuncs.com"), region)
    case .r2:
      if let endpoint = environment["R2_ENDPOINT_URL"] { return (try HTTPURL(parsing: endpoint), region) }
      guard let account = environment["R2_ACCOUNT_ID"] ?? environment["CLOUDFLARE_ACCOUNT_ID"] else {
        throw missing("the account", profile, "set R2_ACCOUNT_ID")
      }
      return (try HTTPURL(parsing: "https://\(account).r2.cloudflarestorage.com"), region)
    case .gcs: return (try HTTPURL(parsing: "https://storage.googleapis.com"), region)
    }
  }

  private func region(
    _ environment: EnvironmentVariables, _ options: StoreOptions, _ profile: S3ProviderProfile
  ) throws(ObjectStoreError) -> String {
    if let region = options.region { return region }
    switch provider {
    case .r2, .gcs: return "auto"
    case .oci:
      guard let region = environment["OCI_REGION"] ?? environment["OCI_CLI_REGION"] ?? profile.region else {
        throw missing("the region", profile, "set OCI_REGION, for example us-ashburn-1")
      }
      return region
    case .oss:
      if let region = environment["OSS_REGION"] ?? profile.region { return region }
      if environment["OSS_ENDPOINT"] ?? options.endpoint ?? profile.endpoint != nil { return "us-east-1" }
      throw missing("the region", profile, "set OSS_REGION, for example cn-hangzhou, or OSS_ENDPOINT")
    }
  }

  private func missing(_ what: String, _ profile: S3ProviderProfile, _ remedy: String) -> ObjectStoreError {
    let file = (profile.source ?? S3ProviderProfile.place(of: provider)).map { ", or in \($0)" } ?? ""
    return ObjectStoreError(
      .misconfigured, url: "\(provider.rawValue)://\(bucket)",
      detail: "expected \(what) in the address, the options or the environment\(file), found none", remedy: remedy)
  }
}
