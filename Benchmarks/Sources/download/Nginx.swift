import Foundation

/// An nginx that serves a folder on a free port of 127.0.0.1, for as long as it is kept.
final class Nginx {
  let port: Int
  private let process = Process()

  init(serving folder: String, in work: String) throws {
    port = try Self.freePort()
    let configuration = """
      worker_processes 1; daemon off; pid \(work)/nginx.pid; error_log \(work)/error.log;
      events { worker_connections 512; }
      http { access_log off; sendfile on; client_body_temp_path \(work)/b; proxy_temp_path \(work)/p;
        fastcgi_temp_path \(work)/f; uwsgi_temp_path \(work)/u; scgi_temp_path \(work)/s;
        server { listen 127.0.0.1:\(port); root \(folder); } }
      """
    try configuration.write(toFile: work + "/nginx.conf", atomically: true, encoding: .utf8)
    guard
      let program = ["/usr/sbin/nginx", "/usr/bin/nginx"].first(where: FileManager.default.isExecutableFile)
    else {
      throw Failure("nginx is not installed: `apt-get install nginx-light`")
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["-p", work, "-c", work + "/nginx.conf"]
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  /// A port that was free a moment ago.
  private static func freePort() throws -> Int {
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
    guard result == 0 else { throw Failure("no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
