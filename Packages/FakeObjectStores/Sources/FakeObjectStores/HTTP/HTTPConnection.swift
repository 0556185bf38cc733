import SystemLibC
import Threading

/// One client: reads requests, sends answers, one after another. Used by its own thread only.
struct HTTPConnection: ~Copyable {
  /// Since the server's start, from 0.
  let number: Int
  private let socket: Socket
  private let stop: StopSignal
  private var buffer: [UInt8]
  /// Bytes of `buffer` that were received and not used yet.
  private var unread = 0..<0
  /// Bytes of the current request's body that were not read yet.
  private(set) var bodyLeft = 0
  private(set) var owesContinue = false

  init(_ socket: Socket, number: Int, stop: StopSignal) {
    self.socket = socket
    self.number = number
    self.stop = stop
    buffer = [UInt8](repeating: 0, count: 64 << 10)
  }

  /// The next request's head; nil when the client is done.
  /// - Throws: `HTTPRequestHead.Flaw` for one that is to be refused.
  mutating func nextHead() throws -> HTTPRequestHead? {
    var scanned = 0
    var lineStart = unread.lowerBound
    while true {
      var index = unread.lowerBound + scanned
      while index < unread.upperBound {
        if buffer[index] == 0x0A {
          let isEmptyLine = index == lineStart || (index == lineStart + 1 && buffer[lineStart] == 0x0D)
          // Blank lines before a request are skipped, as RFC 9112 asks for.
          if isEmptyLine && lineStart == unread.lowerBound {
            unread = (index + 1)..<unread.upperBound
          } else if isEmptyLine {
            let head = try HTTPRequestHead(parsing: buffer[unread.lowerBound...index])
            unread = (index + 1)..<unread.upperBound
            bodyLeft = try head.contentLength ?? 0
            owesContinue = head.expectsContinue && bodyLeft > 0
            return head
          }
          lineStart = index + 1
        }
        index += 1
      }
      scanned = unread.count
      guard scanned < HTTPRequestHead.byteLimit else {
        throw HTTPRequestHead.Flaw(status: 431, message: "The request's head is too long.")
      }
      let before = unread.lowerBound
      guard try receiveMore() else { return nil }
      lineStart -= before - unread.lowerBound
    }
  }

  /// Appends what the client sends next; false at its end.
  private mutating func receiveMore() throws(ConnectionEnded) -> Bool {
    if unread.lowerBound > 0 {
      let count = unread.count
      for index in 0..<count { buffer[index] = buffer[unread.lowerBound + index] }
      unread = 0..<count
    }
    let end = unread.upperBound
    let socket = self.socket
    // Safe because the slice behind `end` is free: the head's limit is below the buffer's size.
    let count = try buffer.withUnsafeMutableBufferPointer { bytes throws(ConnectionEnded) in
      try socket.receive(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[end...]))
    }
    guard let count else { return false }
    unread = 0..<(end + count)
    return true
  }

  /// Reads the request's body, saying first that it is welcome if the client waits for that.
  /// - Parameter digests: get the body's bytes in order, as they come.
  mutating func readBody(for digests: BodyDigests = BodyDigests()) throws(ConnectionEnded) -> ReceivedBody {
    if owesContinue {
      owesContinue = false
      try send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }
    var body = Array(buffer[unread.prefix(bodyLeft)])
    unread = (unread.lowerBound + body.count)..<unread.upperBound
    bodyLeft -= body.count
    body.span.bytes.withUnsafeBytes { digests.update($0) }
    let socket = self.socket
    while bodyLeft > 0 {
      // Memory follows the bytes that really come, not the length that was announced; up to here it is only
      // reserved.
      let piece = min(bodyLeft, max(128 << 20, body.count))
      let part = try [UInt8](capacity: piece) { out throws(ConnectionEnded) in
        try out.withUnsafeMutableBufferPointer { bytes, count throws(ConnectionEnded) in
          // Safe because `receive` initializes what it reports, and no more is counted.
          while count < piece {
            let end = min(piece, count + Self.pieceByteCount)
            let free = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[count..<end])
            guard let more = try socket.receive(into: free) else { throw ConnectionEnded() }
            digests.update(UnsafeRawBufferPointer(rebasing: free[..<more]))
            count += more
          }
        }
      }
      bodyLeft -= part.count
      if body.isEmpty { body = part } else { body += part }
    }
    return digests.body(body)
  }

  /// The most that is received at once: it is hashed before it leaves the processor's cache.
  private static let pieceByteCount = 256 << 10

  /// Throws away the rest of the body, so that the next request is found; false when it is too long for that.
  mutating func skipBody() throws(ConnectionEnded) -> Bool {
    // A client that waits for "100 Continue" may send its body or not: what comes next can't be told.
    guard !owesContinue, bodyLeft <= 64 << 20 else { return false }
    while bodyLeft > 0 {
      if unread.isEmpty { guard try receiveMore() else { throw ConnectionEnded() } }
      let count = min(bodyLeft, unread.count)
      unread = (unread.lowerBound + count)..<unread.upperBound
      bodyLeft -= count
    }
    return true
  }

  /// Ends the connection such that the client can still read the answer it was sent.
  mutating func close() {
    socket.shutDownSending()
    socket.setTimeouts(receive: 1, send: 1)
    for _ in 0..<1024 {
      unread = 0..<0
      guard (try? receiveMore()) == true else { return }
    }
  }

  /// Ends what a silent client would make last for ever.
  func setTimeouts() { socket.setTimeouts(receive: 60, send: 60) }

  func resetOnClose() { socket.resetOnClose() }

  private func send(_ bytes: [UInt8]) throws(ConnectionEnded) {
    let socket = self.socket
    try bytes.span.bytes.withUnsafeBytes { bytes throws(ConnectionEnded) in try socket.send(bytes) }
  }

  /// Sends an answer the way `plan` says; returns how many bytes of body went out.
  /// - Throws: when the client is gone, or the plan breaks the connection.
  func send(_ response: HTTPResponse, _ plan: BodyPlan) throws(ConnectionEnded) -> Int {
    let head = response.head
    if response.isHeadOnly || response.byteCount == 0 {
      try send(head)
      if plan.end != nil { throw end(plan) }
      return 0
    }
    switch response.body {
    case .none: return 0
    case .bytes(let bytes):
      return try bytes.span.bytes.withUnsafeBytes { body throws(ConnectionEnded) in try send(head, body, plan)
      }
    case .object(let object, let range):
      return try object.withBytes { bytes throws(ConnectionEnded) in
        try send(head, UnsafeRawBufferPointer(rebasing: bytes[range]), plan)
      }
    }
  }

  private func end(_ plan: BodyPlan) -> ConnectionEnded {
    if plan.end == .reset { socket.resetOnClose() }
    return ConnectionEnded()
  }

  private func send(_ head: [UInt8], _ body: UnsafeRawBufferPointer, _ plan: BodyPlan) throws(ConnectionEnded)
    -> Int
  {
    let socket = self.socket
    if plan.isPlain {
      try head.span.bytes.withUnsafeBytes { head throws(ConnectionEnded) in try socket.send(head, body) }
      return body.count
    }
    try send(head)
    let start = ContinuousClock.now
    for step in plan.steps(byteCount: body.count) {
      switch step {
      case .send(let range):
        try socket.send(UnsafeRawBufferPointer(rebasing: body[range]))
      case .sendChanged(let offset):
        try send([body[offset] ^ 0x01])
      case .waitUntil(let time):
        let left = time - start.duration(to: .now)
        if left > .zero, stop.wait(for: left) { throw ConnectionEnded() }
      case .end:
        throw end(plan)
      }
    }
    return body.count
  }
}
