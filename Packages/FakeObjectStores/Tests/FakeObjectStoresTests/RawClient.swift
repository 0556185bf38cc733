import FakeObjectStores
import Foundation
import SystemLibC

/// What came back, byte by byte as it was sent.
struct RawResponse {
  var status = 0
  var headers: [String: String] = [:]
  var body: [UInt8] = []
  /// The connection broke before all announced bytes were there.
  var isBroken = false
  /// It broke by a reset, not by an end.
  var isReset = false

  var text: String { String(decoding: body, as: UTF8.self) }
  /// The text of the first XML element of that name.
  func element(_ name: String) -> String? {
    guard let start = text.range(of: "<\(name)>"), let end = text.range(of: "</\(name)>") else { return nil }
    return String(text[start.upperBound..<end.lowerBound])
  }
  func elements(_ name: String) -> [String] {
    text.components(separatedBy: "<\(name)>").dropFirst().map { $0.components(separatedBy: "</\(name)>")[0] }
  }
}

/// One connection on a raw socket: sends exactly the bytes given, sees exactly what comes.
final class RawClient {
  private let socket: CInt
  var descriptor: CInt { socket }
  private var unread: [UInt8] = []
  private var isReset = false
  /// Kept: a server ends with its last reference.
  private let server: FakeS3

  init(_ server: FakeS3) throws {
    self.server = server
    socket = SystemLibC.socket(AF_INET, 1, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(server.port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    var timeout = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { SystemLibC.close(socket) }

  func send(_ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count {
      // No signal: the server may have ended the connection on purpose.
      let count = bytes[done...].withUnsafeBytes {
        SystemLibC.send(socket, $0.baseAddress, $0.count, CInt(0x4000))
      }
      guard count > 0 else { return }
      done += count
    }
  }

  func send(_ text: String) { send(Array(text.utf8)) }
  func endSending() { shutdown(socket, CInt(SHUT_WR)) }

  /// False at the end.
  private func receive() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(socket, &buffer, buffer.count, 0)
    isReset = count < 0 && errno == ECONNRESET
    if count > 0 { unread += buffer[..<count] }
    return count > 0
  }

  /// The next response, nil when the connection ends before one.
  func response(isHead: Bool = false) -> RawResponse? {
    var headEnd: Int?
    while headEnd == nil {
      headEnd = unread.indices.dropLast(3).first { Array(unread[$0..<($0 + 4)]) == [13, 10, 13, 10] }
      if headEnd == nil, !receive() { return nil }
    }
    guard let headEnd else { return nil }
    var response = RawResponse()
    let lines = String(decoding: unread[..<headEnd], as: UTF8.self).components(separatedBy: "\r\n")
    response.status = Int(lines[0].components(separatedBy: " ")[1]) ?? -1
    for line in lines.dropFirst() {
      let parts = line.components(separatedBy: ": ")
      response.headers[parts[0].lowercased()] = parts.dropFirst().joined(separator: ": ")
    }
    unread.removeFirst(headEnd + 4)
    let byteCount = isHead ? 0 : Int(response.headers["content-length"] ?? "0") ?? 0
    while unread.count < byteCount {
      guard receive() else {
        response.isBroken = true
        response.isReset = isReset
        break
      }
    }
    response.body = Array(unread.prefix(byteCount))
    unread.removeFirst(response.body.count)
    return response
  }

  /// Whether the server has ended the connection.
  var isAtEnd: Bool { unread.isEmpty && !receive() }
}
