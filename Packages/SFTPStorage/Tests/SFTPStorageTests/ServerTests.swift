import BinaryIO
import CloudAuth
import Foundation
import HTTPTransport
import ObjectStorage
import ObjectStoreConformance
import SFTPStorage
import StoreTestSupport
import Testing

/// Against OpenSSH's server, as `IntegrationTests/sftp-openssh` starts it, with relays that break connections.
@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["SFTP_TEST_ADDRESS"] != nil,
    "needs SFTP_TEST_ADDRESS, as IntegrationTests/sftp-openssh sets it"))
struct ServerTests {
  static let folder = ProcessInfo.processInfo.environment["SFTP_TEST_FOLDER"] ?? ""
  static let quick = RetryPolicy(attempts: 6, baseDelay: .milliseconds(1), progressByteCount: 1)
  let user: String
  let port: Int

  init() throws {
    let url = try StoreURL(parsing: try #require(ProcessInfo.processInfo.environment["SFTP_TEST_ADDRESS"]))
    user = try #require(url.userInfo)
    port = try #require(url.port)
  }

  /// A folder at the server, or behind one of its relays.
  func store(
    _ path: String = "root", port: Int? = nil, key: String = "user", _ configure: (inout SFTPOptions) -> Void = { _ in }
  ) throws -> PrefixedStore {
    var options = SFTPOptions(
      host: "127.0.0.1", port: port ?? self.port, hostKeys: .known(file: Self.folder + "/known_hosts"),
      credential: SFTPCredential(user: user, keyFile: Self.folder + "/" + key))
    configure(&options)
    var transport = CurlOptions()
    transport.stallTimeout = .seconds(1)
    transport.maximumConcurrentRequests = 8
    let server = SFTPStore(options: options, transport: try CurlTransport(transport))
    return PrefixedStore(server, prefix: String("\(Self.folder)/\(path)".dropFirst()))
  }

  func relay(_ kind: String) throws -> Int {
    let text = try String(contentsOfFile: Self.folder + "/relays", encoding: .utf8)
    let entry = try #require(text.split(separator: " ").first { $0.hasPrefix(kind + "=") })
    return try #require(Int(entry.dropFirst(kind.count + 1)))
  }

  @Test("the suite of all stores passes; what SFTP does not have is left out by name")
  func conformance() async throws {
    var options = ConformanceSuite.Options()
    options.longestKey = 600
    var skipped: [String] = []
    for result in await ConformanceSuite(RetryingStore(try store("suite"), policy: Self.quick), options).run() {
      #expect(result.hasPassed, "\(result)")
      if result.skipReason != nil { skipped.append(result.name) }
    }
    #expect(
      skipped.allSatisfy { name in ["entity tag", "beginning of another", "copy", "URL"].contains { name.contains($0) } },
      "\(skipped)")
  }

  @Test("folders are no objects, links to files are, links to folders are not followed")
  func kinds() async throws {
    let place = Self.folder + "/root/kinds"
    let files = FileManager.default
    try files.createDirectory(atPath: place + "/folder", withIntermediateDirectories: true)
    try Data("bytes".utf8).write(to: URL(fileURLWithPath: place + "/folder/file"))
    for (name, target) in [("link", "folder/file"), ("loop", "."), ("nowhere", "absent")] {
      try? files.removeItem(atPath: place + "/" + name)
      try files.createSymbolicLink(atPath: place + "/" + name, withDestinationPath: target)
    }
    let store = try store("root/kinds")
    #expect(try await store.allObjects().map(\.key) == ["folder/file", "link"])
    #expect(try await store.list("", delimiter: "/", after: nil).prefixes == ["folder/"])
    #expect(try await store.bytes(of: "link", limit: 100) == Array("bytes".utf8))
    for key in ["folder", "loop", "nowhere", "folder/file/below"] as [ObjectKey] {
      await expect(.notFound) { try await store.head(key) }
      await expect(.notFound) { try await store.bytes(of: key, limit: .megabytes(1)) }
    }
    await #expect(throws: ObjectStoreError.self) { try await store.put("folder", bytes: [1]) }
    try await store.delete("folder")
    #expect(try files.contentsOfDirectory(atPath: place).sorted() == ["folder", "link", "loop", "nowhere"])
  }

  @Test("an old file has an entity tag, which holds for reads; a fresh one has none")
  func tags() async throws {
    let path = Self.folder + "/root/old"
    try Data(repeating: 1, count: 1000).write(to: URL(fileURLWithPath: path))
    let store = try store()
    #expect(try await store.head("old").entityTag == nil)
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: path)
    let info = try await store.head("old")
    let tag = try #require(info.entityTag)
    #expect(info.modified == UnixTime(seconds: 1_700_000_000))
    let sink = MemorySink(limit: .megabytes(1))
    _ = try await store.get("old", options: GetOptions(range: .suffix(10), ifMatch: tag), into: sink)
    #expect(sink.takeBytes() == [UInt8](repeating: 1, count: 10))
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1_700_000_001)], ofItemAtPath: path)
    await expect(.preconditionFailed) {
      try await store.get("old", options: GetOptions(ifMatch: tag), into: MemorySink(limit: .megabytes(1)))
    }
  }

  @Test("a host is taken when its key is known or has the digest, and not otherwise")
  func hostKeys() async throws {
    let other = try store { $0.hostKeys = .known(file: Self.folder + "/other_hosts") }
    let changed = await expect(.untrusted) { try await other.allObjects() }
    #expect(changed?.detail.contains("another than the known one") == true && changed?.retry == .never)
    let none = try store { $0.hostKeys = .known(file: Self.folder + "/absent") }
    let unknown = await expect(.untrusted) { try await none.allObjects() }
    #expect(unknown?.remedy.contains("ssh-keyscan -p \(port) 127.0.0.1 >>") == true)
    let wrong = try store { $0.hostKeys = .digest("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") }
    await expect(.untrusted) { try await wrong.allObjects() }
    let digest = try await fingerprint("host.pub")
    _ = try await store { $0.hostKeys = .digest(digest) }.allObjects()
    _ = try await store { $0.hostKeys = .any }.allObjects()
  }

  private func fingerprint(_ name: String) async throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/ssh-keygen")
    process.arguments = ["-l", "-f", Self.folder + "/" + name]
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return String(try #require(text.split(separator: " ").dropFirst().first).dropFirst(7))
  }

  @Test("a stranger's key is refused, a locked one needs its passphrase")
  func logins() async throws {
    await expect(.unauthorized) { try await store(key: "stranger").allObjects() }
    await expect(.unauthorized) { try await store(key: "locked").allObjects() }
    await expect(.unauthorized) {
      try await store(key: "stranger") { $0.credential.password = Secret("wrong") }.allObjects()
    }
    _ = try await store(key: "locked") { $0.credential.passphrase = Secret("pass phrase") }.allObjects()
  }

  static let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 5) }

  /// A file that was written long ago, so that its reads can be resumed.
  func place(_ name: String) throws {
    let path = Self.folder + "/root/" + name
    try Data(Self.large).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: path)
  }

  @Test(
    "reads through a relay that breaks them come back whole",
    arguments: ["cut", "stall", "greeting"])
  func brokenReads(_ kind: String) async throws {
    try place(kind)
    let store = RetryingStore(try store(port: try relay(kind)), policy: Self.quick)
    #expect(try await store.bytes(of: ObjectKey(parsing: kind), limit: .megabytes(4)) == Self.large)
    #expect(try await store.allObjects().contains { $0.key.text == kind && $0.byteCount == Self.large.count })
  }

  @Test("writes through a relay that breaks them are whole, and leave nothing else")
  func brokenWrites() async throws {
    let store = RetryingStore(try store("root/written", port: try relay("upload")), policy: Self.quick)
    try await store.put("deep/a", bytes: Self.large)
    let folder = Self.folder + "/root/written/deep"
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/a")) == Data(Self.large))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
  }

  @Test("a server that hangs up at once is told, by get, put and list")
  func refused() async throws {
    let store = RetryingStore(try store(port: try relay("refuse")), policy: Self.quick)
    for error in [
      await expect(.connectionFailed) { try await store.bytes(of: "x", limit: 10) },
      await expect(.connectionFailed) { try await store.put("x", bytes: [1]) },
      await expect(.connectionFailed) { try await store.allObjects() },
    ] { #expect(error?.url.hasPrefix("sftp://127.0.0.1:") == true) }
  }
}
