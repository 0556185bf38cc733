import HTTPTransport
public import ObjectStorage

extension SFTPStore {
  /// Tells the server, the user, which host keys are taken and where credentials were looked for. Sends nothing.
  public func diagnose() async -> StoreDiagnosis {
    let keys =
      switch options.hostKeys {
      case .known(let file): "those in \(file)"
      case .digest(let digest): "the one with SHA256:\(digest)"
      case .any: "any: the connection can be read and changed by whoever is on the way"
      }
    return StoreDiagnosis(
      service: "an SSH file server (SFTP)", endpoint: "sftp://\(options.place.authority)", credentials: options.sources,
      settings: [.init("user", options.credential.user), .init("host keys", keys)])
  }
}
