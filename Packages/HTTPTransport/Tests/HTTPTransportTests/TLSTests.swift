import BinaryIO
import Foundation
import HTTPTransport
import ObjectStorage
import TestSupport
import Testing

private let openssl = "/usr/bin/openssl"

struct TLSTests {
  @Test(
    "a certificate of an unknown authority is refused, and accepted when its bundle is named",
    .enabled(if: FileManager.default.isExecutableFile(atPath: openssl), "needs \(openssl)"))
  func certificates() async throws {
    try await withTemporaryDirectory { folder in
      let key = folder + "/key.pem"
      let certificate = folder + "/cert.pem"
      try run([
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
      ])
      let server = Process()
      server.executableURL = URL(fileURLWithPath: openssl)
      server.arguments = ["s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www"]
      let output = Pipe()
      server.standardOutput = output
      server.standardError = FileHandle.nullDevice
      try server.run()
      defer { server.terminate() }
      var said = ""
      while !said.contains("ACCEPT 127.0.0.1:") || !said.hasSuffix("\n") {
        let data = output.fileHandleForReading.availableData
        try #require(!data.isEmpty, "openssl s_server ended: \(said)")
        said += String(decoding: data, as: UTF8.self)
      }
      let port = try #require(said.split(separator: ":").last.map { $0.prefix { $0.isNumber } })
      let request = HTTPRequest(.get, try HTTPURL(parsing: "https://127.0.0.1:\(port)/"))

      let error = await expect(.untrusted) { try await CurlTransport().perform(request) }
      #expect(error?.retry == .never)
      var options = CurlOptions()
      options.certificateBundle = certificate
      #expect(try await CurlTransport(options).perform(request).head.status == 200)
      let otherName = HTTPRequest(.get, try HTTPURL(parsing: "https://localhost:\(port)/"))
      await expect(.untrusted) { try await CurlTransport(options).perform(otherName) }
      options.certificateBundle = folder + "/absent.pem"
      await expect(.misconfigured) { try await CurlTransport(options).perform(request) }
    }
  }

  func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: openssl)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
