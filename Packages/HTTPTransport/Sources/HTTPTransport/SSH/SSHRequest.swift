import BinaryIO
package import ObjectStorage

/// How an SSH file server is reached and by whom.
package struct SSHPlace: Sendable, Hashable {
  /// Which host keys are taken.
  package enum HostKeys: Sendable, Hashable {
    /// Those in a file as OpenSSH keeps it, `known_hosts`.
    case known(file: String)
    /// The one with this SHA-256 digest, in base64 as `ssh-keygen -l` prints it.
    case digest(String)
    /// Any: whoever is on the way can read and change everything.
    case any
  }

  package var host: String
  package var port: Int
  package var hostKeys: HostKeys

  package init(host: String, port: Int, hostKeys: HostKeys) {
    self.host = host
    self.port = port
    self.hostKeys = hostKeys
  }

  /// Host and port for people and for URLs.
  package var authority: String { (host.contains(":") ? "[\(host)]" : host) + (port == 22 ? "" : ":\(port)") }
}

/// By whose leave: what is set is offered to the server, keys before passwords.
package struct SSHLogin: Sendable {
  package var user: String
  /// A file with a private key.
  package var keyFile: String?
  /// What opens the key.
  package var passphrase: (@Sendable () -> String)?
  /// Lends the password.
  package var password: (@Sendable () -> String)?
  /// Whether keys of the agent that `SSH_AUTH_SOCK` names are offered.
  package var usesAgent = false

  package init(user: String) { self.user = user }
}

/// One transfer with an SSH file server (SFTP).
package struct SSHRequest: Sendable {
  package enum Operation: Sendable {
    /// Size and time of a file.
    case look
    /// A file's bytes, or some of them: never an empty range.
    case read(Range<Int>?)
    /// A folder's entries, a line each, as the server writes them for people.
    case list
    /// A new file; folders that are missing are made.
    case write(any ByteSource)
    /// Nothing but the commands.
    case nothing
  }

  package var place: SSHPlace
  package var login: SSHLogin
  /// From the root on, not encoded; without control characters.
  package var path: String
  package var operation: Operation
  /// libcurl's commands for SFTP, such as `rename "a" "b"`; run after a write.
  package var commands: [String] = []
  /// Size, or that of the part, and time that a file to be read must have; else not a byte of it is taken.
  package var expected: (byteCount: Int, modified: UnixTime?)?
  /// Where bytes and lines go.
  package var destination = HTTPBodyDestination.memory(limit: .megabytes(64))

  package init(_ operation: Operation, _ path: String, at place: SSHPlace, as login: SSHLogin) {
    self.operation = operation
    self.path = path
    self.place = place
    self.login = login
  }

  /// A path as an argument of a command.
  package static func quoted(_ path: String) -> String {
    "\"" + path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

/// What a transfer with an SSH file server brought.
package struct SSHAnswer: Sendable {
  /// The file's size, or that of the part that was read; nil where the server tells none: for an empty file.
  package let byteCount: Int?
  /// When the file was last written, in whole seconds.
  package let modified: UnixTime?
  /// What went into memory.
  package let body: [UInt8]
}
