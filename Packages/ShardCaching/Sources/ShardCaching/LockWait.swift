import BinaryIO
import Threading

/// A wait for a lock that somebody else has, made by a thread of its own, as the system call has no deadline.
///
/// A wait that is given up stays with its thread until the lock is free, and the next wait for the same lock takes it over:
/// there are never more threads than waits that were under way at once, however often waits are cancelled.
final class LockWait: Sendable {
  typealias Outcome = Result<DirectoryLock, FileError>

  private enum Phase: Sendable {
    case waiting, givenUp, over
    case ended(Outcome)
  }

  private struct Place: Hashable, Sendable {
    let path: String
    let byte: Int
  }

  private static let givenUp = Monitor<[Place: [LockWait]]>([:])
  private static let cause = StallCause("another process that uses the cache")

  private let place: Place
  private let phase = Monitor(Phase.waiting)

  private init(_ place: Place) { self.place = place }

  /// Begins to wait, or goes on with a wait that was given up.
  static func begin(_ path: String, at byte: Int) -> LockWait {
    let place = Place(path: path, byte: byte)
    while let wait = givenUp.notifying({ $0[place]?.popLast() }) {
      if wait.takeOver() { return wait }
    }
    let wait = LockWait(place)
    NamedThread.start("st-lock") { wait.run() }.detach()
    return wait
  }

  /// Waits that were given up and whose threads wait still.
  static func givenUpCount(_ path: String) -> Int { givenUp.withLock { count($0, path) } }

  /// Suspends until there are none.
  static func waitForNoneGivenUp(_ path: String, until deadline: Deadline) async throws(WaitError) {
    _ = try await givenUp.waitAsync(until: deadline, charging: cause) { count($0, path) == 0 ? true : nil }
  }

  private static func count(_ waits: [Place: [LockWait]], _ path: String) -> Int {
    waits.reduce(0) { $0 + ($1.key.path == path ? $1.value.count : 0) }
  }

  /// The lock, or why it can't be had. Gives the wait up when it throws.
  func outcome(until deadline: Deadline) async throws(WaitError) -> Outcome {
    do throws(WaitError) {
      return try await phase.waitAsync(until: deadline, charging: Self.cause) { Self.take(&$0) }
    } catch {
      giveUp()
      throw error
    }
  }

  /// The same, blocking the thread.
  func outcomeBlocking(until deadline: Deadline) throws(WaitError) -> Outcome {
    do throws(WaitError) {
      return try phase.wait(until: deadline, charging: Self.cause) { Self.take(&$0) }
    } catch {
      giveUp()
      throw error
    }
  }

  private static func take(_ phase: inout Phase) -> Outcome? {
    guard case .ended(let outcome) = phase else { return nil }
    phase = .over
    return outcome
  }

  private func takeOver() -> Bool {
    phase.withLock { phase in
      guard case .givenUp = phase else { return false }
      phase = .waiting
      return true
    }
  }

  private func giveUp() {
    let isStill = phase.withLock { phase in
      guard case .waiting = phase else {
        phase = .over
        return false
      }
      phase = .givenUp
      return true
    }
    guard isStill else { return }
    Self.givenUp.notifying { $0[place, default: []].append(self) }
    // The lock may have come between the two steps.
    if phase.withLock({ if case .over = $0 { true } else { false } }) { forget() }
  }

  private func forget() {
    Self.givenUp.notifying { waits in
      waits[place]?.removeAll { $0 === self }
      if waits[place]?.isEmpty == true { waits[place] = nil }
    }
  }

  private func run() {
    let outcome: Outcome
    do throws(FileError) {
      outcome = .success(DirectoryLock(try FileLock.acquire(place.path, at: place.byte)))
    } catch {
      outcome = .failure(error)
    }
    let isWanted = phase.notifying { phase in
      guard case .waiting = phase else {
        phase = .over
        return false
      }
      phase = .ended(outcome)
      return true
    }
    if isWanted { return }
    forget()
    // The lock goes after that: who gets it finds no wait that is over.
    withExtendedLifetime(outcome) {}
  }
}
