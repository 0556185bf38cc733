import SystemLibC
import Threading

/// Runs a program without a shell and reads what it prints, bounded in bytes and time.
///
/// Its input is empty, and its errors go where this process's go: they are for the user. Nothing that it prints
/// becomes part of a message here.
enum ChildProcess {
  /// Why there is no output.
  enum Failure: Error, Hashable {
    /// There is no such program, or it may not be run.
    case notFound
    /// It ended with this status.
    case failed(status: Int)
    /// A signal ended it.
    case killed(signal: Int)
    /// It took too long, and was killed.
    case timedOut
    /// It printed too much, and was killed.
    case tooMuchOutput
    /// The system has no process or pipe for it.
    case noResources(code: Int)
  }

  /// Runs a program, looked for along `PATH`. Suspends; the waiting is done on a thread of the blocking pool.
  static func output(
    of words: [String], byteLimit: Int = 256 << 10, timeLimit: Duration = .seconds(60)
  ) async throws(Failure) -> [UInt8] {
    try await BlockingPool.shared.run { () throws(Failure) in
      let deadline = Deadline.after(timeLimit)
      let child = try RunningChild(words)
      let output = child.output(byteLimit: byteLimit, until: deadline)
      if case .failure = output { child.kill() }
      let status = child.status(until: deadline)
      let bytes = try output.get()
      guard let status else { throw .timedOut }
      // The layout of a status is the same on all platforms: the signal below, the exit status above it.
      if status & 0x7F != 0 { throw .killed(signal: Int(status & 0x7F)) }
      guard status >> 8 & 0xFF == 0 else { throw .failed(status: Int(status >> 8 & 0xFF)) }
      return bytes
    }
  }
}

/// A child that was started, and is waited for exactly once.
private struct RunningChild: ~Copyable {
  private let process: pid_t
  /// What it prints.
  private let printed: Descriptor
  /// Held by the child alone: its end tells that the child has ended.
  private let life: Descriptor

  init(_ words: [String]) throws(ChildProcess.Failure) {
    guard let program = words.first, words.allSatisfy({ !$0.utf8.contains(0) }) else { throw .notFound }
    let output = try Descriptor.pipe()
    let life = try Descriptor.pipe()
    let (process, code) = startChild(program, words, output: output.write.number, life: life.write.number)
    switch code {
    case 0: break
    case ENOENT, EACCES, ENOTDIR, ENOEXEC: throw .notFound
    default: throw .noResources(code: Int(code))
    }
    // This process's writing ends go with this function: the child's are the last.
    self.process = process
    printed = output.read
    self.life = life.read
  }

  /// Reads to the end.
  func output(byteLimit: Int, until deadline: Deadline) -> Result<[UInt8], ChildProcess.Failure> {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while printed.isReadable(until: deadline) {
      // Safe because the system writes at most the buffer's size.
      let count = read(printed.number, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return .success(bytes) }
      bytes += buffer[..<count]
      if bytes.count > byteLimit { return .failure(.tooMuchOutput) }
    }
    return .failure(.timedOut)
  }

  func kill() { _ = SystemLibC.kill(process, SIGKILL) }

  /// Waits for the end; kills at the deadline.
  /// - Returns: the status, nil when it had to be killed.
  consuming func status(until deadline: Deadline) -> CInt? {
    let hasEnded = life.isReadable(until: deadline)
    if !hasEnded { kill() }
    var status: CInt = 0
    // Short: it has ended, or is killed.
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return hasEnded ? status : nil
  }
}

/// One end of a pipe, closed with its last reference and inherited by no other child.
private final class Descriptor: Sendable {
  let number: CInt

  private init(_ number: CInt) { self.number = number }
  deinit { _ = close(number) }

  static func pipe() throws(ChildProcess.Failure) -> (read: Descriptor, write: Descriptor) {
    var numbers: [CInt] = [-1, -1]
    // Safe because the system writes two numbers.
    guard SystemLibC.pipe(&numbers) == 0 else { throw .noResources(code: Int(errno)) }
    // Away from the numbers that the child gets.
    let moved = numbers.map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
    for number in numbers { _ = close(number) }
    guard !moved.contains(-1) else {
      for number in moved where number >= 0 { _ = close(number) }
      throw .noResources(code: Int(errno))
    }
    return (Descriptor(moved[0]), Descriptor(moved[1]))
  }

  /// Waits until there are bytes or the end; false at the deadline.
  func isReadable(until deadline: Deadline) -> Bool {
    while true {
      let left = min(deadline.remaining ?? .seconds(60), .seconds(60))
      var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      let count = poll(&entry, 1, CInt(left / .milliseconds(1)) + (left > .zero ? 1 : 0))
      if count > 0 { return true }
      if count == 0, deadline.hasPassed { return false }
      if count < 0, errno != EINTR { return true }
    }
  }
}
