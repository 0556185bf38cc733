import ObjectStorage

extension CredentialService.JSONAnswer {
  /// Temporary keys as the metadata services of containers and instances give them.
  func awsCredential(source: String) throws(CredentialError) -> Expiring<AWSCredential> {
    let credential = AWSCredential(
      accessKeyID: try text("AccessKeyId"), secretAccessKey: Secret(try text("SecretAccessKey")),
      sessionToken: Secret(try text("Token")))
    return Expiring(credential, expiration: try time("Expiration"), source: source)
  }
}
