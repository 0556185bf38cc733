public import ObjectStorage

extension CredentialChain where Credential == BearerToken {
  /// Google's application default credentials, in the order of its own libraries: the file that
  /// `GOOGLE_APPLICATION_CREDENTIALS` names, gcloud's file, the metadata server.
  /// - Parameter scopes: what the token is good for.
  public static func google(
    scopes: [String] = GoogleScope.storage, environment: EnvironmentVariables = .process,
    transport: CredentialTransport = CredentialTransport(), clock: @escaping @Sendable () -> UnixTime = { .now }
  ) -> CredentialChain<BearerToken> {
    CredentialChain([
      GoogleFileSource(
        .environment, scopes: scopes, environment: environment, transport: transport, clock: clock),
      GoogleFileSource(
        .wellKnown, scopes: scopes, environment: environment, transport: transport, clock: clock),
      GoogleMetadataSource(scopes: scopes, environment: environment, transport: transport, clock: clock),
    ])
  }
}
