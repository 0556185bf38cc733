@testable import CloudAuth
import FakeObjectStores
import Foundation
import ObjectStorage
import Testing

struct AWSProcessTests {
  static func config(_ command: String) -> [String: String] {
    [".aws/config": "[profile p]\ncredential_process = \(command)\n"]
  }

  static let start = #"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "fake/secret""#

  @Test("a program's keys, with an end or without, in words as botocore splits them")
  func keys() async throws {
    try await CredentialFixture.run(Self.config("cat \"HOME/a file\"")) { fixture in
      try fixture.write(Self.start + #", "SessionToken": "T", "Expiration": "2030-01-01T02:00:00+02:00"}"#, to: "a file")
      let found = try await fixture.aws(profile: "p").fetch()
      #expect(found.credential == AWSCredential(accessKeyID: "A", secretAccessKey: Secret("fake/secret"), sessionToken: Secret("T")))
      #expect(found.expiration?.iso8601 == "2030-01-01T00:00:00Z" && found.source == "process of profile p")
      try fixture.write(Self.start + "}", to: "a file")
      let permanent = try await fixture.aws(profile: "p").fetch()
      #expect(permanent.expiration == nil && permanent.credential.sessionToken == nil)
    }
  }

  @Test(
    "output that is no keys, and a program that fails, are errors that show nothing of it",
    arguments: [
      "", "fake/secret", "[]", #"{"Version": 2, "SecretAccessKey": "fake/secret"}"#, #"{"Version": 1, "SecretAccessKey": "fake/secret"}"#,
      start + #", "Expiration": "fake/secret"}"#, String(repeating: "[", count: 10_000),
    ])
  func output(text: String) async throws {
    try await CredentialFixture.run(Self.config("cat HOME/keys")) { fixture in
      try fixture.write(text, to: "keys")
      #expect(try await fixture.failure(of: fixture.aws(profile: "p")).code == .unusable)
    }
  }

  @Test(
    "a command that can't be run or fails is an error, and nothing of a shell is done",
    arguments: [
      ("/nonexistent/program", "notFound"), ("'open", "quote"), ("\"\"", "notFound"), ("false", "status: 1"),
      ("sh -c 'echo fake/secret; kill -9 $$'", "signal: 9"), ("echo $HOME", "bytes of another kind"),
      ("echo a > HOME/made", "bytes of another kind"),
    ])
  func command(command: String, words: String) async throws {
    try await CredentialFixture.run(Self.config(command)) { fixture in
      let error = try await fixture.failure(of: fixture.aws(profile: "p"))
      #expect(error.code == .unusable && error.detail.contains(words), "\(error)")
      #expect(!FileManager.default.fileExists(atPath: fixture.home + "/made"))
    }
  }

  @Test("a child is bounded in time and output, also when it closes its output first")
  func bounds() async throws {
    let start = ContinuousClock.now
    for script in ["sleep 60", "exec >&-; sleep 60", "while :; do :; done"] {
      await #expect(throws: ChildProcess.Failure.timedOut) {
        try await ChildProcess.output(of: ["sh", "-c", script], timeLimit: .milliseconds(200))
      }
    }
    await #expect(throws: ChildProcess.Failure.tooMuchOutput) {
      try await ChildProcess.output(of: ["cat", "/dev/zero"], byteLimit: 100_000)
    }
    #expect(start.duration(to: .now) < .seconds(20))
    #expect(try await ChildProcess.output(of: ["cat"]).isEmpty)
    #expect(try await ChildProcess.output(of: ["printf", "%s|", "a b", "", "$c"]) == Array("a b||$c|".utf8))
  }

  @Test("many children at once leave no descriptor behind")
  func descriptors() async throws {
    func count() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").count }
    _ = try await ChildProcess.output(of: ["true"])
    let before = try count()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<40 {
        group.addTask {
          let output = try await ChildProcess.output(of: ["echo", "\(number)"])
          #expect(output == Array("\(number)\n".utf8))
        }
      }
      try await group.waitForAll()
    }
    #expect(try count() <= before + 3)
  }
}
