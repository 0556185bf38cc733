public import ObjectStorage

/// Whatever a profile of the shared files says, `~/.aws/credentials` and `~/.aws/config`: a role, web identity, a
/// sign-on, keys, a process, in botocore's order.
public struct AWSProfileSource: CredentialSource {
  private let context: AWSContext

  /// Looks for a profile.
  /// - Parameter profile: its name; nil for `AWS_PROFILE`, else `default`.
  public init(
    _ profile: String? = nil, environment: EnvironmentVariables = .process, transport: CredentialTransport? = nil,
    clock: @escaping @Sendable () -> UnixTime = { .now }
  ) {
    context = AWSContext(profile: profile, environment: environment, transport: transport, clock: clock)
  }

  public var name: String { "profile \(context.profile) in ~/.aws" }

  public func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    for source in Self.sources(context) {
      if let found = try await source.fetch() { return found }
    }
    return nil
  }

  static func sources(_ context: AWSContext) -> [any CredentialSource<AWSCredential>] {
    [AWSRoleSource(context)] + sourcesWithoutRole(context)
  }

  static func sourcesWithoutRole(_ context: AWSContext) -> [any CredentialSource<AWSCredential>] {
    [
      AWSWebIdentitySource(context: context), AWSSignOnSource(context: context),
      AWSKeysSource(context: context, file: .credentials), AWSLoginSource(context: context),
      AWSProcessSource(context: context), AWSKeysSource(context: context, file: .config),
    ]
  }
}
