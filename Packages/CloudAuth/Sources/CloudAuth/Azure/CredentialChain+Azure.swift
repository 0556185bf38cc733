public import ObjectStorage

extension CredentialChain where Credential == AzureCredential {
  /// Keys and signatures in the environment, then the order of `DefaultAzureCredential`: an application's
  /// secret, workload identity, managed identity, the command line.
  /// - Parameter account: the storage account that is asked; nil for the one that the environment names.
  public static func azure(
    account: String? = nil, environment: EnvironmentVariables = .process,
    transport: CredentialTransport = CredentialTransport(), clock: @escaping @Sendable () -> UnixTime = { .now }
  ) -> CredentialChain<AzureCredential> {
    CredentialChain([
      AzureEnvironmentSource(account: account, environment),
      AzureTokenSource(
        AzureAppSource(.clientSecret, environment: environment, transport: transport, clock: clock)),
      AzureTokenSource(
        AzureAppSource(.federatedToken, environment: environment, transport: transport, clock: clock)),
      AzureTokenSource(
        AzureManagedIdentitySource(environment: environment, transport: transport, clock: clock)),
      AzureTokenSource(AzureCommandLineSource(environment: environment)),
    ])
  }
}
