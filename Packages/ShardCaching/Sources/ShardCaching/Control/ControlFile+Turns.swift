import BinaryIO
import Synchronization

/// How a process tells others that it let go of something: it always holds one byte of its slot's range, its turn, and moves
/// on to another. Who waits for the byte wakes up then, and also when the process dies, as the kernel drops its locks.
extension ControlFile {
  /// Moves on, if somebody waits for room.
  func passTurn() {
    // Whoever waits has this lock before it looks for room: it sees what was let go of, or is seen here.
    if removing.isLockedElsewhere(at: CacheLockByte.waiting) { takeNextTurn() }
  }

  /// Takes the next byte of the slot's range and lets go of the one before.
  func takeNextTurn() {
    guard let slot = ownSlot.withLock({ $0 }) else { return }
    let range = CacheLockByte.turns(of: slot)
    turn.withLock { turn in
      // A byte may still be held, for a moment, by who waited for an earlier owner of the slot: it is passed over.
      for step in 1...64 {
        let next = (turn + step) % range.count
        guard (try? held.tryLock(at: range.lowerBound + next, exclusively: true)) == true else { continue }
        held.unlock(at: range.lowerBound + turn)
        turn = next
        return
      }
    }
  }

  /// Slots of other processes, and of other caches of this one.
  var otherLiveSlotNumbers: [Int] {
    let own = ownSlot.withLock { $0 }
    return liveSlotNumbers.filter { $0 != own }
  }
}
