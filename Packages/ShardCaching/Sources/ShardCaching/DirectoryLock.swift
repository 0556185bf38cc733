import BinaryIO
package import Threading

/// The right of one process, and one task in it, to do something with the cache: a lock on one byte of its control file.
///
/// The kernel drops it when the process dies, so the next waiter goes on at once; nothing is left to clean up.
package final class DirectoryLock: Sendable {
  package static let fileName = ".streaming-cache"

  private let lock: FileLock

  init(_ lock: consuming FileLock) { self.lock = lock }

  /// Takes the lock, suspending until whoever has it lets go.
  /// - Throws: ``CacheError`` `.timedOut` at the deadline, `.cancelled` when the task is cancelled, `.directory`.
  static func acquire(
    in directory: String, at byte: Int, _ shard: Int?, until deadline: Deadline
  ) async throws(CacheError) -> DirectoryLock {
    if let lock = try tryAcquire(in: directory, at: byte, shard) { return lock }
    let outcome: LockWait.Outcome
    do throws(WaitError) {
      outcome = try await LockWait.begin(directory + "/" + fileName, at: byte).outcome(until: deadline)
    } catch {
      throw timedOut(directory, shard, error)
    }
    return try lock(from: outcome, directory, shard)
  }

  /// Takes the lock, blocking the thread until whoever has it lets go.
  static func acquireBlocking(
    in directory: String, at byte: Int, _ shard: Int?, until deadline: Deadline
  ) throws(CacheError) -> DirectoryLock {
    if let lock = try tryAcquire(in: directory, at: byte, shard) { return lock }
    let outcome: LockWait.Outcome
    do throws(WaitError) {
      outcome = try LockWait.begin(directory + "/" + fileName, at: byte).outcomeBlocking(until: deadline)
    } catch {
      throw timedOut(directory, shard, error)
    }
    return try lock(from: outcome, directory, shard)
  }

  static func tryAcquire(in directory: String, at byte: Int, _ shard: Int?) throws(CacheError) -> DirectoryLock? {
    do throws(FileError) {
      guard let lock = try FileLock.tryAcquire(directory + "/" + fileName, at: byte) else { return nil }
      return DirectoryLock(lock)
    } catch {
      throw failed(directory, shard, error)
    }
  }

  private static func lock(
    from outcome: LockWait.Outcome, _ directory: String, _ shard: Int?
  ) throws(CacheError) -> DirectoryLock {
    switch outcome {
    case .success(let lock): return lock
    case .failure(let error): throw failed(directory, shard, error)
    }
  }

  /// Threads that wait for a lock of the directory which nobody wants any more.
  package static func idleWaitCount(in directory: String) -> Int { LockWait.givenUpCount(directory + "/" + fileName) }

  /// Suspends until there are none: others have taken them over, or the locks came.
  package static func waitForNoIdleWait(in directory: String, until deadline: Deadline) async throws(WaitError) {
    try await LockWait.waitForNoneGivenUp(directory + "/" + fileName, until: deadline)
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
