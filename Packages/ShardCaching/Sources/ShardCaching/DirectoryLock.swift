import BinaryIO
import Threading

/// The right of one process, and one task in it, to do something with the cache: a lock on one byte of its control file.
///
/// The kernel drops it when the process dies, so the next waiter goes on at once; nothing is left to clean up.
final class DirectoryLock: Sendable {
  static let fileName = ".streaming-cache"
  private static let cause = StallCause("another process that uses the cache")

  private let lock: FileLock

  private init(_ lock: consuming FileLock) { self.lock = lock }

  /// Takes the lock, suspending until whoever has it lets go.
  /// - Throws: ``CacheError`` `.timedOut` at the deadline, `.cancelled` when the task is cancelled, `.directory`.
  static func acquire(
    in directory: String, at byte: Int, _ shard: Int?, until deadline: Deadline
  ) async throws(CacheError) -> DirectoryLock {
    if let lock = try tryAcquire(in: directory, at: byte, shard) { return lock }
    let wait = contended(directory, byte)
    do {
      return try await wait.waitAsync(until: deadline, charging: cause) { $0.take() }.get(directory, shard)
    } catch let error as WaitError {
      wait.withLock { $0 = .abandoned }
      throw timedOut(directory, shard, error)
    } catch let error as CacheError {
      throw error
    } catch {
      throw CacheError(.directory, file: directory, shard: shard, expected: "a lock", found: "\(error)", remedy: "")
    }
  }

  /// Takes the lock, blocking the thread until whoever has it lets go.
  static func acquireBlocking(
    in directory: String, at byte: Int, _ shard: Int?, until deadline: Deadline
  ) throws(CacheError) -> DirectoryLock {
    if let lock = try tryAcquire(in: directory, at: byte, shard) { return lock }
    let wait = contended(directory, byte)
    let outcome: Outcome
    do throws(WaitError) {
      outcome = try wait.wait(until: deadline, charging: cause) { $0.take() }
    } catch {
      wait.withLock { $0 = .abandoned }
      throw timedOut(directory, shard, error)
    }
    return try outcome.get(directory, shard)
  }

  static func tryAcquire(in directory: String, at byte: Int, _ shard: Int?) throws(CacheError) -> DirectoryLock? {
    do throws(FileError) {
      guard let lock = try FileLock.tryAcquire(directory + "/" + fileName, at: byte) else { return nil }
      return DirectoryLock(lock)
    } catch {
      throw failed(directory, shard, error)
    }
  }

  // The system call for a lock has no deadline: a thread of its own makes it, and lets go of what comes too late.
  private static func contended(_ directory: String, _ byte: Int) -> Monitor<Wait> {
    let wait = Monitor(Wait.waiting)
    NamedThread.start("st-lock") {
      let outcome: Outcome
      do throws(FileError) {
        outcome = .locked(DirectoryLock(try FileLock.acquire(directory + "/" + fileName, at: byte)))
      } catch {
        outcome = .failed(error)
      }
      wait.notifying { wait in
        if case .waiting = wait { wait = .ended(outcome) }
      }
    }.detach()
    return wait
  }

  private enum Wait: Sendable {
    case waiting, abandoned
    case ended(Outcome)

    func take() -> Outcome? { if case .ended(let outcome) = self { outcome } else { nil } }
  }

  private enum Outcome: Sendable {
    case locked(DirectoryLock)
    case failed(FileError)

    func get(_ directory: String, _ shard: Int?) throws(CacheError) -> DirectoryLock {
      switch self {
      case .locked(let lock): return lock
      case .failed(let error): throw DirectoryLock.failed(directory, shard, error)
      }
    }
  }

  private static func failed(_ directory: String, _ shard: Int?, _ error: FileError) -> CacheError {
    CacheError(
      .directory, file: directory, shard: shard, expected: "a writable cache directory", found: "\(error.code)",
      remedy: "choose another directory for the cache", cause: error)
  }

  private static func timedOut(_ directory: String, _ shard: Int?, _ error: WaitError) -> CacheError {
    CacheError(
      error.reason == .cancelled ? .cancelled : .timedOut, file: directory, shard: shard,
      expected: "a lock of the cache in time", found: "\(error)",
      remedy: "look for a stopped process that uses this cache", cause: error)
  }
}
