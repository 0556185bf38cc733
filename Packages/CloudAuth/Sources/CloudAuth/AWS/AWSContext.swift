import ObjectStorage
import Threading

/// What AWS's sources have in common: whose environment, which profile, over which connections, at what time.
struct AWSContext: Sendable {
  let environment: EnvironmentVariables
  let transport: CredentialTransport
  let clock: @Sendable () -> UnixTime
  /// The profile.
  let profile: String
  /// Whether somebody named it, so that it must exist.
  let isProfileAsked: Bool
  /// Whether the program named it, so that the environment's variables give way.
  let isProfileGiven: Bool

  init(
    profile: String?, environment: EnvironmentVariables, transport: CredentialTransport?,
    clock: @escaping @Sendable () -> UnixTime
  ) {
    let asked = profile ?? AWSConfiguration.askedProfile(environment)
    self.environment = environment
    self.transport = transport ?? CredentialTransport(certificateBundle: environment["AWS_CA_BUNDLE"])
    self.clock = clock
    self.profile = asked ?? "default"
    isProfileAsked = asked != nil && asked != "default"
    isProfileGiven = profile != nil
  }

  private init(_ base: AWSContext, profile: String) {
    environment = base.environment
    transport = base.transport
    clock = base.clock
    self.profile = profile
    isProfileAsked = true
    isProfileGiven = true
  }

  /// The same for a profile that this one builds on.
  func replacing(profile: String) -> AWSContext { AWSContext(self, profile: profile) }

  /// The profile in words.
  var source: String { "profile \(profile)" }

  /// Reads the shared files.
  /// - Throws: `.unusable` also when the profile was named and neither file has it.
  func configuration() async throws(CredentialError) -> AWSConfiguration {
    let environment = environment
    let configuration = try await BlockingPool.shared.run { () throws(CredentialError) in
      try AWSConfiguration(environment)
    }
    guard !isProfileAsked || configuration.isNamed(profile) else {
      throw unusable("a profile of that name", "none in \(configuration.places)", "check AWS_PROFILE")
    }
    return configuration
  }

  /// An error about the profile.
  func unusable(_ expected: String, _ found: String, _ remedy: String) -> CredentialError {
    CredentialError(
      .unusable, source: source, detail: "expected \(expected), found \(found)", remedy: remedy)
  }
}
