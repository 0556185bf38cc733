public import ObjectStorage

extension CredentialChain where Credential == AWSCredential {
  /// AWS's credentials where its tools look for them, in botocore's order: keys in the environment; a profile's
  /// role, web identity, sign-on, keys, process; the container's endpoint; the instance's metadata.
  ///
  /// - Parameter profile: a profile that goes before the environment's keys; nil for `AWS_PROFILE`, else `default`.
  public static func aws(
    profile: String? = nil, environment: EnvironmentVariables = .process, transport: CredentialTransport? = nil,
    clock: @escaping @Sendable () -> UnixTime = { .now }
  ) -> CredentialChain<AWSCredential> {
    let context = AWSContext(profile: profile, environment: environment, transport: transport, clock: clock)
    let first: [any CredentialSource<AWSCredential>] = profile == nil ? [AWSEnvironmentSource(environment)] : []
    return CredentialChain(
      first + AWSProfileSource.sources(context) + [AWSContainerSource(context), AWSInstanceSource(context)])
  }
}
