public import CloudAuth
import HTTPTransport
public import ObjectStorage

/// Where an SSH file server is, and by whose leave its files are used.
public struct SFTPOptions: Sendable {
  /// Which keys of the server are taken.
  public enum HostKeys: Sendable, Hashable {
    /// Those in a file as OpenSSH keeps it.
    case known(file: String)
    /// The one with this SHA-256 digest, in base64 as `ssh-keygen -l` prints it.
    case digest(String)
    /// Any: whoever is on the way can read and change everything.
    case any
  }

  /// The server's name or address.
  public var host: String
  /// Its port.
  public var port: Int
  /// Which of its keys are taken.
  public var hostKeys: HostKeys
  /// Who asks.
  public var credential: SFTPCredential
  /// Where each part of the credential was looked for, for `doctor`.
  var sources: [StoreDiagnosis.Source] = []

  /// Makes options.
  public init(host: String, port: Int = 22, hostKeys: HostKeys, credential: SFTPCredential) {
    self.host = host
    self.port = port
    self.hostKeys = hostKeys
    self.credential = credential
  }

  /// As the transport wants it.
  var place: SSHPlace {
    switch hostKeys {
    case .known(let file): SSHPlace(host: host, port: port, hostKeys: .known(file: file))
    case .digest(let digest): SSHPlace(host: host, port: port, hostKeys: .digest(digest))
    case .any: SSHPlace(host: host, port: port, hostKeys: .any)
    }
  }
}

/// A user of an SSH server. What is set is offered to the server, keys before the password.
public struct SFTPCredential: StoreCredential {
  /// The user's name.
  public var user: String
  /// A file with a private key.
  public var keyFile: String?
  /// What opens the key.
  public var passphrase: Secret?
  /// The user's password.
  public var password: Secret?
  /// Whether the keys of the agent that `SSH_AUTH_SOCK` names are offered.
  public var usesAgent = false

  /// Names a user.
  public init(user: String, keyFile: String? = nil, passphrase: Secret? = nil, password: Secret? = nil) {
    self.user = user
    self.keyFile = keyFile
    self.passphrase = passphrase
    self.password = password
  }

  /// Whether there is anything to offer.
  var isEmpty: Bool { keyFile == nil && password == nil && !usesAgent }

  /// As the transport wants it.
  var login: SSHLogin {
    var login = SSHLogin(user: user)
    login.keyFile = keyFile
    login.usesAgent = usesAgent
    if let passphrase { login.passphrase = { passphrase.text } }
    if let password { login.password = { password.text } }
    return login
  }
}
