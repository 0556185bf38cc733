import BinaryIO
import TestSupport
import Testing

@Suite struct SharedMappingTests {
  @Test("what one mapping writes the other reads, inside of the range only")
  func shares() throws {
    try withTemporaryDirectory { folder in
      let file = try FileDescriptor.open(folder + "/shared", .create)
      try file.resize(to: 8192)
      let (one, two) = (try SharedMapping(file, byteCount: 8192), try SharedMapping(file, byteCount: 8192))
      #expect(one.write(words: [1, .max, 3], at: 4090))
      #expect(two.words(at: 4090, count: 3) == [1, .max, 3])
      #expect(try file.read(count: 8, at: 4090) == [1, 0, 0, 0, 0, 0, 0, 0])
      #expect(!one.write(words: [1], at: 8185) && !one.write(words: [1], at: -1) && !one.write(words: [1], at: .max))
      #expect(two.words(at: 8185, count: 1) == nil && two.words(at: -8, count: 1) == nil)
      #expect(two.words(at: 0, count: .max) == nil && two.read(0..<8193) == nil)
    }
  }

  @Test("a file that is cut short fails reads and writes instead of ending the process")
  func cutShort() throws {
    try withTemporaryDirectory { folder in
      let file = try FileDescriptor.open(folder + "/shared", .create)
      try file.resize(to: 3 * 4096)
      let mapping = try SharedMapping(file, byteCount: 3 * 4096)
      #expect(mapping.write(words: [7], at: 8192))
      try file.resize(to: 4096)
      #expect(mapping.words(at: 8192, count: 1) == nil)
      #expect(!mapping.write(words: [7], at: 8192))
      #expect(mapping.words(at: 0, count: 1) == [0])
    }
  }

  @Test("shared byte locks exclude an exclusive one, of other values only, until the last goes")
  func byteLocks() throws {
    try withTemporaryDirectory { folder in
      let one = try ByteLocks(folder + "/locks")
      let two = try ByteLocks(folder + "/locks")
      let three = try ByteLocks(folder + "/locks")
      let byte = 1 << 40
      var took = [try one.tryLock(at: byte, exclusively: false), try two.tryLock(at: byte, exclusively: false)]
      took.append(try three.tryLock(at: byte, exclusively: true))
      let seen = [three.isLockedElsewhere(at: byte), three.isLockedElsewhere(at: 5)]
      #expect(took == [true, true, false] && seen == [true, false])
      one.unlock(at: byte)
      let early = try three.tryLock(at: byte, exclusively: true)
      two.unlock(at: byte)
      let late = try three.tryLock(at: byte, exclusively: true)
      let after = [three.isLockedElsewhere(at: byte), one.isLockedElsewhere(at: byte)]
      #expect(!early && late && after == [false, true])
    }
  }
}
