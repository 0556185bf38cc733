import Threading

/// Answers requests. Called on the threads of the connections, several at once.
protocol HTTPHandler: Sendable {
  /// Reads what it needs of the request's body, sends one answer, and tells whether the connection goes on.
  func handle(_ head: HTTPRequestHead, on connection: inout HTTPConnection) throws(ConnectionEnded) -> Bool
  /// The answer to a request that is none.
  func refusal(_ flaw: HTTPRequestHead.Flaw) -> HTTPResponse
}

/// Tells waiting threads that the server stops.
final class StopSignal: Sendable {
  private let isStopped = Monitor(false)

  func stop() { isStopped.notifying { $0 = true } }

  /// Waits; true when the server stopped meanwhile.
  func wait(for duration: Duration) -> Bool {
    (try? isStopped.wait(until: .after(duration), charging: StallCause("a scripted delay")) {
      $0 ? true : nil
    }) ?? false
  }
}

/// An HTTP/1.1 server on a free port of 127.0.0.1, with a thread for each connection.
final class HTTPServer: Sendable {
  private struct State: Sendable {
    var sockets: [Int: Socket] = [:]
    var connectionCount = 0
    var threadCount = 1
    var isStopped = false
  }

  /// Connections at once; one more is closed right after it was accepted.
  static let connectionLimit = 1024

  let port: UInt16
  private let listener: Socket
  private let state = Monitor(State())
  let stopSignal = StopSignal()

  init(_ name: String, _ handler: any HTTPHandler) throws(FakeServerError) {
    (listener, port) = try Socket.listening()
    NamedThread.start(name) { [state, listener, stopSignal] in
      while let socket = listener.accept() {
        let number = state.withLock { state -> Int? in
          guard !state.isStopped, state.sockets.count < Self.connectionLimit else { return nil }
          state.connectionCount += 1
          state.threadCount += 1
          state.sockets[state.connectionCount - 1] = socket
          return state.connectionCount - 1
        }
        guard let number else { continue }
        NamedThread.start("\(name)-\(number)") {
          Self.serve(HTTPConnection(socket, number: number, stop: stopSignal), handler)
          state.notifying { state in
            state.sockets[number] = nil
            state.threadCount -= 1
          }
        }.detach()
      }
      state.notifying { $0.threadCount -= 1 }
    }.detach()
  }

  deinit { stop() }

  /// Connections accepted since the start.
  var connectionCount: Int { state.withLock { $0.connectionCount } }

  /// Refuses connections and breaks those there are. Returns at once.
  func stop() {
    stopSignal.stop()
    let sockets = state.withLock { state in
      state.isStopped = true
      return Array(state.sockets.values)
    }
    listener.shutDown()
    for socket in sockets { socket.shutDown() }
  }

  /// Waits until all threads have ended.
  func waitUntilStopped(_ deadline: Deadline) throws(WaitError) {
    try state.wait(until: deadline, charging: StallCause("the threads of a fake server")) {
      $0.threadCount == 0 ? () : nil
    }
  }

  private static func serve(_ connection: consuming HTTPConnection, _ handler: any HTTPHandler) {
    connection.setTimeouts()
    do {
      while let head = try connection.nextHead() {
        guard try handler.handle(head, on: &connection) else { return connection.close() }
      }
    } catch let flaw as HTTPRequestHead.Flaw {
      _ = try? connection.send(handler.refusal(flaw), BodyPlan())
      connection.close()
    } catch {
      // The client is gone, or was meant to see a broken connection.
    }
  }
}
