import BinaryIO
import TestSupport
import Testing

@Suite struct GuardedAccessTests {
  private struct Stop: Error {}

  @Test("reading a file that is cut short meanwhile is an error, in any depth, and the process lives on")
  func cutShort() throws {
    try withTemporaryDirectory { folder in
      let content = [UInt8](repeating: 7, count: 5 * 4096 + 100)
      for name in ["one", "two"] { try FileSystem.write(content.span.bytes, to: folder + "/" + name) }
      let (one, two) = (try MappedFile(path: folder + "/one"), try MappedFile(path: folder + "/two"))
      func sum(_ bytes: RawSpan) -> Int {
        var sum = 0
        for offset in stride(from: 0, to: bytes.byteCount, by: 512) { sum += Int(bytes.uint8(at: offset) ?? 0) }
        return sum
      }
      #expect(try one.guarding(sum) == 41 * 7)
      try FileDescriptor.open(folder + "/one", .readWrite).resize(to: 4096)
      let error = #expect(throws: FileError.self) {
        try two.guarding { whole in try one.guarding(sum) + sum(whole) }
      }
      #expect(error?.code == .truncated && error?.path.hasSuffix("one") == true)
      // From now on all readers of this mapping are told.
      #expect(one.isCutShort && !two.isCutShort)
      #expect(throws: FileError.self) { try one.guarding { _ in 0 } }
      #expect(try two.guarding(sum) == 41 * 7)
      // What was lost counts more than what the body threw.
      #expect(throws: FileError.self) { try one.guarding { _ throws -> Int in throw Stop() } }
      #expect(throws: Stop.self) { try two.guarding { _ throws -> Int in throw Stop() } }
      #expect(try MappedFile(path: folder + "/one").guarding(sum) == 8 * 7)
    }
  }
}
