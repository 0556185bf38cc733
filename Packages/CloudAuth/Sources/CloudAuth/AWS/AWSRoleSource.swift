import ObjectStorage

/// A profile's `role_arn`, assumed with the keys of `source_profile` or `credential_source`; several in a chain
/// where a source profile has a role too.
struct AWSRoleSource: CredentialSource {
  let context: AWSContext
  /// The profiles that led here, this one last.
  let visited: [String]

  init(_ context: AWSContext, after visited: [String] = []) {
    self.context = context
    self.visited = visited + [context.profile]
  }

  var name: String { "role of profile \(context.profile)" }

  func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    let configuration = try await context.configuration()
    let values = configuration.profile(context.profile)
    guard let arn = values["role_arn"], values["web_identity_token_file"] == nil else { return nil }
    if values["mfa_serial"] != nil {
      throw context.unusable(
        "a role without a second factor", "mfa_serial: nobody is there to type a code",
        "get keys by `aws configure export-credentials --profile \(context.profile) --format env`")
    }
    var role = AWSTokenService.Role(
      arn: arn, sessionName: values["role_session_name"], externalID: values["external_id"])
    // As botocore: a text that is no number counts as none.
    role.seconds = values["duration_seconds"].flatMap { Int($0) }
    let caller = try await caller(values, configuration)
    let service = try AWSTokenService(context, configuration, source: name)
    let found = try await service.credential(for: role, signedBy: caller.credential)
    return Expiring(
      found.credential, expiration: found.expiration, source: "\(found.source) by \(caller.source)")
  }

  /// The keys that assume the role.
  private func caller(
    _ values: [String: String], _ configuration: AWSConfiguration
  ) async throws(CredentialError) -> Expiring<AWSCredential> {
    switch (values["source_profile"], values["credential_source"]) {
    case (.some, .some):
      throw context.unusable("source_profile or credential_source", "both", "keep one of them")
    case (nil, nil):
      throw context.unusable(
        "source_profile or credential_source beside role_arn", "neither",
        "run `aws configure set source_profile NAME --profile \(context.profile)`")
    case (nil, let kind?): return try await namedSource(kind)
    case (let profile?, nil): return try await sourceProfile(profile, configuration)
    }
  }

  private func namedSource(_ kind: String) async throws(CredentialError) -> Expiring<AWSCredential> {
    let source: any CredentialSource<AWSCredential>
    switch kind.lowercased() {
    case "environment": source = AWSEnvironmentSource(context.environment)
    case "ecscontainer": source = AWSContainerSource(context)
    case "ec2instancemetadata": source = AWSInstanceSource(context)
    default:
      throw context.unusable(
        "credential_source Environment, EcsContainer or Ec2InstanceMetadata", CredentialService.Answer.oneLine(kind),
        "correct the profile")
    }
    guard let found = try await source.fetch() else {
      throw context.unusable("keys by credential_source \(kind)", "none", "set that source up, or name another")
    }
    return found
  }

  private func sourceProfile(
    _ profile: String, _ configuration: AWSConfiguration
  ) async throws(CredentialError) -> Expiring<AWSCredential> {
    guard configuration.isNamed(profile) else {
      throw context.unusable(
        "the profile \(profile), named by source_profile", "none in \(configuration.places)",
        "correct source_profile")
    }
    let values = configuration.profile(profile)
    let hasKeys = values["aws_access_key_id"] != nil || values["aws_secret_access_key"] != nil
    // A profile may name itself, and sign with its own keys; any other way back is a circle.
    guard !visited.contains(profile) || (profile == context.profile && hasKeys) else {
      throw context.unusable(
        "profiles that lead to keys", "a circle: \((visited + [profile]).joined(separator: " → "))",
        "correct source_profile")
    }
    let inner = context.replacing(profile: profile)
    if !hasKeys, let found = try await AWSRoleSource(inner, after: visited).fetch() { return found }
    for source in AWSProfileSource.sourcesWithoutRole(inner) {
      if let found = try await source.fetch() { return found }
    }
    throw context.unusable("keys in the profile \(profile)", "none", "run `aws configure --profile \(profile)`")
  }
}
