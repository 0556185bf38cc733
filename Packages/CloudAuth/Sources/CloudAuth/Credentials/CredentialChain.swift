/// Sources in the order in which they are asked; the first that is set up decides.
///
/// A source that is set up and fails ends the search: the next one's credential would be a surprise.
public struct CredentialChain<Credential: Sendable>: Sendable {
  /// The sources.
  public let sources: [any CredentialSource<Credential>]

  /// Makes a chain.
  public init(_ sources: [any CredentialSource<Credential>]) { self.sources = sources }

  /// Asks the sources once.
  /// - Throws: ``CredentialError`` `.notConfigured` when no source is set up; what a source throws.
  public func fetch() async throws(CredentialError) -> Expiring<Credential> {
    for source in sources {
      if let found = try await source.fetch() { return found }
    }
    throw CredentialError(
      .notConfigured, source: sources.isEmpty ? "no source" : sources.map(\.name).joined(separator: ", "),
      detail: "expected credentials in one of these, found none",
      remedy: "set the environment's variables, or sign in with the service's tool")
  }

  /// Asks the sources as ``fetch()`` does and tells what each said, for people: where credentials come from,
  /// and why not from elsewhere. Holds no secret.
  public func report() async -> [CredentialReport] {
    var reports: [CredentialReport] = []
    var isDecided = false
    for source in sources {
      let outcome = isDecided ? .notAsked : await Self.outcome(of: source)
      if outcome != .notConfigured { isDecided = true }
      reports.append(CredentialReport(source: source.name, outcome: outcome))
    }
    return reports
  }

  private static func outcome(of source: any CredentialSource<Credential>) async -> CredentialReport.Outcome {
    do throws(CredentialError) {
      guard let found = try await source.fetch() else { return .notConfigured }
      return .found(found.source, expiration: found.expiration)
    } catch {
      return .failed(detail: error.detail, remedy: error.remedy)
    }
  }
}
