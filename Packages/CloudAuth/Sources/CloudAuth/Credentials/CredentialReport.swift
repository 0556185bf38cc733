public import ObjectStorage

/// What one source of a chain said.
public struct CredentialReport: Sendable, Hashable {
  /// The kinds of answers.
  public enum Outcome: Sendable, Hashable {
    /// There is a credential: its origin in words, and its end if it has one.
    case found(String, expiration: UnixTime?)
    /// The source is not set up here.
    case notConfigured
    /// The source is set up and gives none.
    case failed(detail: String, remedy: String)
    /// An earlier source has decided.
    case notAsked
  }

  /// The source in words.
  public let source: String
  /// What it said.
  public let outcome: Outcome
}

extension CredentialReport: CustomStringConvertible {
  /// One line, without secrets.
  public var description: String {
    switch outcome {
    case .found(let origin, let expiration):
      "\(source): found, by \(origin)" + (expiration.map { ", until \($0.iso8601)" } ?? "")
    case .notConfigured: "\(source): not set up"
    case .failed(let detail, let remedy): "\(source): fails: \(detail); \(remedy)"
    case .notAsked: "\(source): not asked"
    }
  }
}
