public import CloudAuth
import HTTPTransport
public import ObjectStorage
import Threading

extension S3Options {
  /// The options that the environment and the shared files ask for, as upstream and AWS's tools read them.
  ///
  /// `S3_ENDPOINT_URL`, then `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL` and the profile; `AWS_DEFAULT_REGION`,
  /// `AWS_REGION` and the profile; keys from the environment, then the profile; `S3_CANNED_ACL`; the buckets
  /// in `MOSAICML_STREAMING_AWS_REQUESTER_PAYS`.
  /// - Parameter credentials: nil for a cache of its own over the environment and the profile; stores that
  ///   share one ask for credentials together.
  /// - Throws: `.misconfigured` for settings that can't be used, `.unusableURL` for the endpoint.
  public static func fromEnvironment(
    bucket: String, _ environment: EnvironmentVariables = .process,
    credentials: CredentialCache<AWSCredential>? = nil
  ) async throws(ObjectStoreError) -> S3Options {
    let configuration: AWSConfiguration
    do throws(CredentialError) {
      configuration = try await BlockingPool.shared.run { () throws(CredentialError) in
        try AWSConfiguration(environment)
      }
    } catch {
      throw ObjectStoreError(
        .misconfigured, url: "s3://\(bucket)", detail: "\(error.source): \(error.detail)",
        remedy: error.remedy,
        cause: error)
    }
    var options = S3Options(
      identity: .credentials(credentials ?? .awsChain(environment)), region: configuration.region())
    if let endpoint = environment["S3_ENDPOINT_URL"] ?? configuration.endpoint(of: "s3") {
      options.endpoint = try HTTPURL(parsing: endpoint)
    }
    switch configuration.setting("s3.addressing_style") {
    case "path": options.addressingStyle = .path
    case "virtual": options.addressingStyle = .virtualHost
    default: break
    }
    options.cannedACL = environment["S3_CANNED_ACL"]
    let paid = environment["MOSAICML_STREAMING_AWS_REQUESTER_PAYS"]?.split(separator: ",") ?? []
    options.requesterPays = paid.contains { $0.drop { $0 == " " }.prefix { $0 != " " } == bucket }
    return options
  }
}

extension CredentialCache where Credential == AWSCredential {
  /// AWS's credentials where its tools look for them, in botocore's order.
  public static func awsChain(_ environment: EnvironmentVariables = .process) -> CredentialCache<AWSCredential> {
    CredentialCache<AWSCredential>(.aws(environment: environment))
  }
}
