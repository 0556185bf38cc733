import BinaryIO
import Foundation
import TestSupport
import Testing

@Suite struct FileLockTests {
  @Test("a lock excludes another on the same byte only, and ends with its value")
  func excludes() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/locks"
      do {
        let first = try FileLock.tryAcquire(path, at: 5)
        let second = try FileLock.tryAcquire(path, at: 5)
        let other = try FileLock.tryAcquire(path, at: 6)
        let (hasFirst, hasSecond, hasOther) = (first != nil, second != nil, other != nil)
        #expect(hasFirst && !hasSecond && hasOther)
      }
      let again = try FileLock.tryAcquire(path, at: 5) != nil
      #expect(again)
    }
  }

  private static let hasPython = ["/usr/bin/python3", "/usr/local/bin/python3"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test("a process that is killed leaves no lock", .enabled(if: hasPython, "needs python3 to hold the lock"))
  func killed() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/locks"
      try FileSystem.write([UInt8]().span.bytes, to: path)
      // A process of another program holds the byte; Python's fcntl.lockf is such a lock.
      let holder = Process()
      holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      holder.arguments = [
        "python3", "-c",
        "import fcntl,sys,time; f=open(sys.argv[1],'r+'); fcntl.lockf(f, fcntl.LOCK_EX, 1, 9); print('held', flush=True); time.sleep(60)",
        path,
      ]
      let output = Pipe()
      holder.standardOutput = output
      try holder.run()
      let said = output.fileHandleForReading.availableData
      #expect(String(decoding: said, as: UTF8.self).hasPrefix("held"))
      let isFree = try FileLock.tryAcquire(path, at: 9) != nil
      #expect(!isFree)
      kill(holder.processIdentifier, SIGKILL)
      // Blocks until the kernel has dropped the dead process's lock.
      _ = try FileLock.acquire(path, at: 9)
      holder.waitUntilExit()
    }
  }
}
