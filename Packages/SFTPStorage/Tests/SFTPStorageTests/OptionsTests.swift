import CloudAuth
import Foundation
import ObjectStorage
import StoreTestSupport
import TestSupport
import Testing

@testable import SFTPStorage

struct OptionsTests {
  func options(
    _ address: String, _ variables: [String: String] = [:], _ configure: (inout StoreOptions) -> Void = { _ in }
  ) async throws -> SFTPOptions {
    var options = StoreOptions()
    configure(&options)
    return try await SFTPOptions.fromEnvironment(
      StoreURL(parsing: address), EnvironmentVariables(variables), options)
  }

  @Test("user, password and port come from the address, as upstream writes it")
  func upstreamForm() async throws {
    let found = try await options("sftp://me:p%40ss%2F@[::1]:2222/data/train", ["HOME": "/home/me"])
    #expect(found.host == "::1" && found.port == 2222 && found.credential.user == "me")
    #expect(found.credential.password == Secret("p@ss/") && found.credential.keyFile == nil)
    #expect(found.hostKeys == .known(file: "/home/me/.ssh/known_hosts"))
    let printed = "\(found) \(String(reflecting: found)) \(found.sources)"
    #expect(!printed.contains("p@ss") && !printed.contains("p%40"))
    let plain = try await options("sftp://host/data", ["USER": "somebody", "SSH_AUTH_SOCK": "/run/agent"])
    #expect(plain.port == 22 && plain.credential.user == "somebody" && plain.credential.usesAgent)
  }

  @Test("keys, secrets and host keys come from settings, then the environment, then OpenSSH's files")
  func sources() async throws {
    try await withTemporaryDirectory { folder in
      for name in ["mine", "theirs", ".ssh/id_rsa", ".ssh/id_ed25519"] {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data("secret\nsecond line\n".utf8).write(to: URL(fileURLWithPath: path))
      }
      let variables = ["HOME": folder, "COMPOSER_SFTP_KEY_FILE": folder + "/theirs", "COMPOSER_SFTP_KNOWN_HOSTS_FILE": "/hosts"]
      let usual = try await options("sftp://me@host/x", ["HOME": folder])
      #expect(usual.credential.keyFile == folder + "/.ssh/id_ed25519")
      let upstream = try await options("sftp://me@host/x", variables)
      #expect(upstream.credential.keyFile == folder + "/theirs" && upstream.hostKeys == .known(file: "/hosts"))
      let set = try await options("sftp://me@host/x", variables) {
        $0.identity = .file(folder + "/mine")
        $0.settings = ["password_file": folder + "/theirs", "passphrase_file": folder + "/mine", "host_key_sha256": "SHA256:abc"]
      }
      #expect(set.credential.keyFile == folder + "/mine" && set.hostKeys == .digest("abc"))
      #expect(set.credential.password == Secret("secret") && set.credential.passphrase == Secret("secret"))
      let told = try await options("sftp://me@host/x", variables) {
        $0.identity = .credential(SFTPCredential(user: "you", password: Secret("x")))
        $0.settings = ["host_key_check": "off"]
      }
      #expect(told.credential.user == "you" && told.credential.keyFile == nil && told.hostKeys == .any)
    }
  }

  @Test("what can't be used is refused by name")
  func refusals() async throws {
    await expect(.noCredentials) { try await options("sftp://me@host/x", ["HOME": "/nonexistent"]) }
    await expect(.unusableURL) { try await options("sftp://me:x@host/x?token=1") }
    await expect(.unusableURL) { try await options("sftp://me:x@host/~/x") }
    await expect(.unusableURL) { try await options("sftp://me:%zz@host/x") }
    await expect(.misconfigured) { try await options("sftp://host/x", ["SSH_AUTH_SOCK": "/run/agent"]) }
    await expect(.misconfigured) { try await options("sftp://me@host/x", ["COMPOSER_SFTP_KEY_FILE": "/nonexistent"]) }
    await expect(.misconfigured) { try await options("sftp://me:x@host/x") { $0.settings = ["host_key_check": "maybe"] } }
    await expect(.misconfigured) { try await options("sftp://me:x@host/x") { $0.identity = .anonymous } }
  }
}
