import BinaryIO
import Foundation
import ObjectStorage
import Synchronization
import SystemLibC
import Threading

/// An HTTP/1.1 server that does to the letter what a test tells it: resets, short bodies, silence included.
final class TinyServer: Sendable {
  struct Request: Sendable {
    var line: String
    var headers: [String: String]
    var body: [UInt8]
  }

  enum Step: Sendable {
    case send([UInt8])
    /// Waits until the client closes.
    case awaitClose
    /// Ends the connection in order.
    case close
    /// Ends it with RST.
    case reset
  }

  struct State {
    var requests: [Request] = []
    var connections = 0
    var closedByClient = 0
    var isStopped = false
  }

  let port: Int
  private let listener: CInt
  let monitor = Monitor(State())

  init(_ answer: @escaping @Sendable (Request) -> [Step]) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isBound = withUnsafeMutableBytes(of: &address) { raw in
      let pointer = raw.baseAddress?.assumingMemoryBound(to: sockaddr.self)
      return bind(listener, pointer, length) == 0 && listen(listener, 64) == 0
        && getsockname(listener, pointer, &length) == 0
    }
    guard isBound else { throw FileError(path: "127.0.0.1", doing: "listen", errno: errno) }
    port = Int(UInt16(bigEndian: address.sin_port))
    let monitor = monitor
    NamedThread.start("tiny-server") {
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 || monitor.withLock({ $0.isStopped }) { break }
        monitor.notifying { $0.connections += 1 }
        NamedThread.start("tiny-client") { Self.serve(connection, monitor, answer) }.detach()
      }
      close(listener)
    }.detach()
  }

  deinit {
    monitor.withLock { $0.isStopped = true }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  var url: String { "http://127.0.0.1:\(port)" }

  static func answer(_ status: String = "200 OK", _ headers: [String] = [], _ body: String = "") -> Step {
    .send(
      Array(
        ("HTTP/1.1 \(status)\r\n"
          + (headers + ["Content-Length: \(body.utf8.count)"]).joined(separator: "\r\n")
          + "\r\n\r\n" + body).utf8))
  }

  /// Waits until the state fulfils a condition.
  func wait(until condition: @escaping (State) -> Bool) async throws {
    _ = try await monitor.waitAsync(until: .after(.seconds(20)), charging: StallCause("test")) {
      state -> Bool? in
      condition(state) ? true : nil
    }
  }

  private static func serve(
    _ connection: CInt, _ monitor: Monitor<State>, _ answer: @Sendable (Request) -> [Step]
  ) {
    var pending: [UInt8] = []
    while let request = read(connection, &pending) {
      monitor.notifying { $0.requests.append(request) }
      for step in answer(request) {
        switch step {
        case .send(let bytes):
          var rest = bytes[...]
          while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
              send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent <= 0 { break }
            rest = rest.dropFirst(sent)
          }
        case .awaitClose:
          var byte: UInt8 = 0
          while recv(connection, &byte, 1, 0) > 0 {}
          monitor.notifying { $0.closedByClient += 1 }
        case .close:
          close(connection)
          return
        case .reset:
          var option = linger(l_onoff: 1, l_linger: 0)
          setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
          close(connection)
          return
        }
      }
    }
    close(connection)
  }

  private static func read(_ connection: CInt, _ pending: inout [UInt8]) -> Request? {
    var room = [UInt8](repeating: 0, count: 65536)
    while true {
      if let end = pending.firstRange(of: Array("\r\n\r\n".utf8)) {
        let lines = String(decoding: pending[..<end.lowerBound], as: UTF8.self).components(
          separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
          let parts = line.split(separator: ":", maxSplits: 1)
          headers[parts[0].lowercased()] =
            parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        if pending.count >= end.upperBound + length {
          let body = Array(pending[end.upperBound..<(end.upperBound + length)])
          pending.removeFirst(end.upperBound + length)
          return Request(line: lines[0], headers: headers, body: body)
        }
      }
      let count = recv(connection, &room, room.count, 0)
      if count <= 0 { return nil }
      pending += room[..<count]
    }
  }
}
