import SystemLibC

/// The other side is gone, or this side was stopped: the connection ends, there is nobody to tell.
struct ConnectionEnded: Error {}

/// One socket, closed when the last reference goes. Calls block until the peer does its part, or the socket
/// is shut down.
final class Socket: Sendable {
  let number: CInt

  init(_ number: CInt) { self.number = number }
  deinit { _ = SystemLibC.close(number) }

  // The constant's value on all platforms; it is imported as different types.
  private static let stream: CInt = 1

  /// A socket that listens on a free port of 127.0.0.1.
  static func listening() throws(FakeServerError) -> (socket: Socket, port: UInt16) {
    let number = SystemLibC.socket(AF_INET, stream, 0)
    guard number >= 0 else { throw failed("a socket") }
    let socket = Socket(number)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // Safe because the system reads and writes exactly the structure of that size, within the call.
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        if bind(number, address, length) != 0 || listen(number, 512) != 0 { return CInt(-1) }
        return getsockname(number, address, &length)
      }
    }
    guard result == 0 else { throw failed("a port of 127.0.0.1") }
    return (socket, UInt16(bigEndian: address.sin_port))
  }

  private static func failed(_ what: String) -> FakeServerError {
    FakeServerError(
      .noSocket, expected: what, found: "error \(errno) of the system",
      remedy: "raise the limit of open files (`ulimit -n`), or stop other servers")
  }

  /// The next connection; nil once the socket was shut down.
  func accept() -> Socket? {
    while true {
      let connection = SystemLibC.accept(number, nil, nil)
      if connection >= 0 {
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        let socket = Socket(connection)
        socket.set(CInt(IPPROTO_TCP), TCP_NODELAY, 1 as CInt)
        return socket
      }
      if errno != EINTR && errno != ECONNABORTED { return nil }
    }
  }

  /// Limits how long a call waits for the peer: one that keeps silent must not hold a thread for ever.
  func setTimeouts(receive: Int, send: Int) {
    set(SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: receive, tv_usec: 0))
    set(SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: send, tv_usec: 0))
  }

  /// Makes the coming close a reset: the peer sees an error instead of an end.
  func resetOnClose() { set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0)) }

  private func set<T: BitwiseCopyable>(_ level: CInt, _ option: CInt, _ value: T) {
    // Safe because the system reads the value's size within the call.
    withUnsafePointer(to: value) {
      _ = setsockopt(number, level, option, $0, socklen_t(MemoryLayout<T>.size))
    }
  }

  /// Ends both directions; whoever waits in a call of this socket is woken.
  func shutDown() { _ = shutdown(number, CInt(SHUT_RDWR)) }

  /// Ends the sending direction.
  func shutDownSending() { _ = shutdown(number, CInt(SHUT_WR)) }

  /// Reads what there is, at least a byte; nil at the end.
  func receive(into buffer: UnsafeMutableRawBufferPointer) throws(ConnectionEnded) -> Int? {
    while true {
      let count = recv(number, buffer.baseAddress, buffer.count, 0)
      if count > 0 { return count }
      if count == 0 { return nil }
      if errno != EINTR { throw ConnectionEnded() }
    }
  }

  /// Sends all of `first`, then all of `second`; both lie in one packet if they fit.
  func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) throws(ConnectionEnded) {
    var done = 0
    let total = first.count + second.count
    while done < total {
      let start = done < first.count ? first.baseAddress.map { $0 + done } : nil
      let skipped = max(0, done - first.count)
      // Safe because `writev` only reads, and both buffers are the caller's for the call.
      var parts = [
        iovec(iov_base: UnsafeMutableRawPointer(mutating: start), iov_len: max(0, first.count - done)),
        iovec(
          iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress.map { $0 + skipped }),
          iov_len: second.count - skipped),
      ]
      let count = writev(number, &parts, 2)
      if count < 0 && errno == EINTR { continue }
      // A peer that is gone raises SIGPIPE too: it is blocked in threads of `Threading`.
      guard count > 0 else { throw ConnectionEnded() }
      done += count
    }
  }

  /// Sends all of it.
  func send(_ bytes: UnsafeRawBufferPointer) throws(ConnectionEnded) {
    var done = 0
    while done < bytes.count {
      let count = SystemLibC.send(number, bytes.baseAddress.map { $0 + done }, bytes.count - done, 0)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw ConnectionEnded() }
      done += count
    }
  }
}
