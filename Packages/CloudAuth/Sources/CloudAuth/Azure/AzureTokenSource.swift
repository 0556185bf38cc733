/// Makes a source of bearer tokens one of Azure's credentials.
struct AzureTokenSource<Source: CredentialSource>: CredentialSource where Source.Credential == BearerToken {
  let source: Source

  init(_ source: Source) { self.source = source }

  var name: String { source.name }

  func fetch() async throws(CredentialError) -> Expiring<AzureCredential>? {
    try await source.fetch().map {
      Expiring(.bearer($0.credential), expiration: $0.expiration, source: $0.source)
    }
  }
}
