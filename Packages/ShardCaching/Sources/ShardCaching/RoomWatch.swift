import BinaryIO
import Synchronization
import Threading

/// Hears that other processes let go of something in a cache directory, so that whoever waits for room looks again.
///
/// A thread of its own waits for each process, as the system call has no deadline; at most one per process and directory,
/// however many wait. It ends when that process lets go of a shard next, or dies.
final class RoomWatch: Sendable {
  private let watched = Mutex<Set<Int>>([])

  /// Begins to listen to all other processes that use the directory, where that is not under way already. What is let go of
  /// after this call is told; what was before is to be seen by the next look.
  /// - Parameter tell: called from a thread of its own, once per process.
  func listen(to control: ControlFile, _ tell: @escaping @Sendable (_ isGone: Bool) -> Void) throws(FileError) {
    for slot in control.otherLiveSlotNumbers where begin(CacheLockByte.slot(slot)) {
      do throws(FileError) {
        let wait = try ByteWait(control.path)
        guard try wait.locks.tryLock(at: CacheLockByte.waiting, exclusively: false),
          let turn = wait.locks.lockedElsewhere(in: CacheLockByte.turns(of: slot))
        else {
          end(CacheLockByte.slot(slot))
          continue
        }
        NamedThread.start("st-room") { [self] in
          wait.run(turn)
          let isGone = !wait.locks.isLockedElsewhere(at: CacheLockByte.slot(slot))
          end(CacheLockByte.slot(slot))
          tell(isGone)
        }.detach()
      } catch {
        end(CacheLockByte.slot(slot))
        throw error
      }
    }
  }

  /// Tells when a shard is not being installed any more: a process that died may drop that lock after its others.
  func listen(to control: ControlFile, installing shard: Int, _ tell: @escaping @Sendable () -> Void) throws(FileError) {
    let byte = CacheLockByte.install(shard)
    guard begin(byte) else { return }
    do throws(FileError) {
      let wait = try ByteWait(control.path)
      NamedThread.start("st-room") { [self] in
        wait.run(byte)
        end(byte)
        tell()
      }.detach()
    } catch {
      end(byte)
      throw error
    }
  }

  private func begin(_ byte: Int) -> Bool { watched.withLock { $0.insert(byte).inserted } }

  private func end(_ byte: Int) { watched.withLock { _ = $0.remove(byte) } }
}

/// A wait for a byte that somebody has; holds nothing of the cache that waits but an open file.
private final class ByteWait: Sendable {
  let locks: ByteLocks

  init(_ path: String) throws(FileError) { locks = try ByteLocks(path) }

  /// Blocks until nobody has the byte exclusively.
  func run(_ byte: Int) {
    // An error ends the wait as well: who is told looks again.
    try? locks.lock(at: byte, exclusively: false)
    locks.unlock(at: byte)
    locks.unlock(at: CacheLockByte.waiting)
  }
}
