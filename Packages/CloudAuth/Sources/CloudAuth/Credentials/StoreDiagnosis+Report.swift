package import ObjectStorage

extension StoreDiagnosis.Source {
  /// What a source of credentials said.
  package init(_ report: CredentialReport) {
    let found: String
    var isUsed = false
    switch report.outcome {
    case .found(let origin, let expiration):
      found = "found, by \(origin)" + (expiration.map { ", until \($0.iso8601)" } ?? "")
      isUsed = true
    case .failed(let detail, let remedy):
      found = "fails: \(detail); \(remedy)"
      isUsed = true
    case .notConfigured: found = "not set up"
    case .notAsked: found = "not asked"
    }
    self.init(name: report.source, found: found, isUsed: isUsed)
  }
}

extension StoreDiagnosis {
  /// Takes over where credentials were looked for.
  /// - Parameter cache: nil for anonymous access.
  package mutating func addCredentials<Credential>(of cache: CredentialCache<Credential>?) async {
    guard let cache else {
      credentials = [Source(name: "settings", found: "anonymous access", isUsed: true)]
      return
    }
    credentials = await cache.report().map { Source($0) }
  }
}
