import BinaryIO
import Foundation
import HTTPTransport
import ObjectStorage
import TestSupport
import Testing

private let nginx = "/usr/sbin/nginx"
private let openssl = "/usr/bin/openssl"

/// Over TLS with a private authority, against nginx.
struct HTTP2Tests {
  @Test(
    "HTTP/2 is used where a TLS server offers it: many transfers over one connection, each with its own bytes",
    .enabled(
      if: [nginx, openssl].allSatisfy(FileManager.default.isExecutableFile), "needs \(nginx) and \(openssl)"))
  func multiplexed() async throws {
    try await withTemporaryDirectory { folder in
      try TLSTests().run([
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=IP:127.0.0.1", "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem",
      ])
      let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
      try FileManager.default.createDirectory(atPath: folder + "/www", withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/www/x"))
      let port = try freePort()
      try configuration(folder, port).write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
      let server = Process()
      server.executableURL = URL(fileURLWithPath: nginx)
      server.arguments = ["-p", folder, "-c", folder + "/nginx.conf"]
      server.standardError = FileHandle.nullDevice
      try server.run()
      defer {
        server.terminate()
        server.waitUntilExit()
      }
      var options = CurlOptions()
      options.certificateBundle = folder + "/cert.pem"
      let url = try HTTPURL(parsing: "https://127.0.0.1:\(port)/x")
      let transport = try CurlTransport(options)
      try await untilItAnswers(transport, url)

      let connections = try await withThrowingTaskGroup(of: String.self) { group in
        for index in 0..<16 {
          group.addTask {
            let start = index * 100_000
            let sink = MemorySink(limit: .megabytes(4))
            let request = HTTPRequest(.get, url, headers: ["Range": "bytes=\(start)-"])
            let response = try await transport.perform(request) { (_) throws(ObjectStoreError) in
              .sink(sink, describing: nil)
            }
            #expect(response.head.status == 206)
            #expect(response.head.headers["X-Protocol"] == "HTTP/2.0")
            #expect(sink.takeBytes() == Array(bytes[start...]))
            return response.head.headers["X-Connection"] ?? ""
          }
        }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(connections.count == 1, "one connection for all")

      options.usesHTTP2 = false
      let old = try await CurlTransport(options).perform(HTTPRequest(.head, url))
      #expect(old.head.headers["X-Protocol"] == "HTTP/1.1")
      // A transfer that is cancelled leaves the connection to the others.
      let task = Task { try await transport.perform(HTTPRequest(.get, url)) }
      task.cancel()
      await #expect(throws: ObjectStoreError.self) { try await task.value }
      let after = try await transport.perform(HTTPRequest(.head, url))
      #expect(after.head.headers["X-Connection"].map { connections.contains($0) } == true)
    }
  }

  private func configuration(_ folder: String, _ port: Int) -> String {
    """
    worker_processes 1; daemon off; pid \(folder)/pid; error_log \(folder)/error.log;
    events { worker_connections 64; }
    http { access_log off; client_body_temp_path \(folder)/b; proxy_temp_path \(folder)/p;
      fastcgi_temp_path \(folder)/f; uwsgi_temp_path \(folder)/u; scgi_temp_path \(folder)/s;
      server { listen 127.0.0.1:\(port) ssl http2; root \(folder)/www;
        ssl_certificate \(folder)/cert.pem; ssl_certificate_key \(folder)/key.pem;
        add_header X-Protocol $server_protocol always; add_header X-Connection $connection always; } }
    """
  }

  /// Asks until the server listens: it gives no sign of its own.
  private func untilItAnswers(_ transport: CurlTransport, _ url: HTTPURL) async throws {
    var attempts = 0
    while (try? await transport.perform(HTTPRequest(.head, url))) == nil {
      attempts += 1
      try #require(attempts < 20_000)
      await Task.yield()
    }
  }

  /// A port that was free a moment ago.
  private func freePort() throws -> Int {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(number) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, length) == 0 ? getsockname(number, $0, &length) : -1
      }
    }
    try #require(result == 0)
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
