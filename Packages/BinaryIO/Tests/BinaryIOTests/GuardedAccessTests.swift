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

  @Test(
    "a cut is noticed by reads that meet nothing but the zeros behind it, in any page",
    arguments: [0, 1, 100, 4095, 4096, 4097, 8192, 10_000, 12_287, 12_288, 12_400, 12_486, 12_487])
  func zeros(cut: Int) throws {
    try withTemporaryDirectory { folder in
      // Three pages and a part, whose last byte but zeros is at 12,487.
      let content = (0..<12_500).map { $0 < 12_488 ? UInt8($0 % 251 + 1) : 0 }
      try FileSystem.write(content.span.bytes, to: folder + "/file")
      let file = try MappedFile(path: folder + "/file")
      #expect(!file.isCutShort)
      let page = cut / 4096 * 4096
      // What is read lies in the page of the cut, so there is no SIGBUS unless that page is gone as a whole.
      func read(_ bytes: RawSpan) -> [UInt8] { (page..<min(page + 4096, 12_500)).map { bytes.uint8(at: $0) ?? 9 } }
      #expect(try file.guarding(read) == Array(content[page..<min(page + 4096, 12_500)]))
      try FileDescriptor.open(folder + "/file", .readWrite).resize(to: cut)
      #expect(throws: FileError.self) { try file.guarding(read) }
      #expect(file.isCutShort)
    }
  }

  @Test("a cut that takes nothing but zeros changes nothing that is read", arguments: [12_488, 12_499, 12_500])
  func harmless(cut: Int) throws {
    try withTemporaryDirectory { folder in
      let content = (0..<12_500).map { $0 < 12_488 ? UInt8($0 % 251 + 1) : 0 }
      try FileSystem.write(content.span.bytes, to: folder + "/file")
      let file = try MappedFile(path: folder + "/file")
      try FileDescriptor.open(folder + "/file", .readWrite).resize(to: cut)
      #expect(try file.guarding { bytes in (0..<12_500).map { bytes.uint8(at: $0) ?? 9 } } == content)
    }
  }

  @Test("of a file whose last page is zeros, a cut of earlier pages is noticed")
  func zeroTail() throws {
    try withTemporaryDirectory { folder in
      let content = (0..<10_000).map { UInt8($0 < 5000 ? 7 : 0) }
      try FileSystem.write(content.span.bytes, to: folder + "/file")
      let file = try MappedFile(path: folder + "/file")
      try FileDescriptor.open(folder + "/file", .readWrite).resize(to: 4500)
      #expect(throws: FileError.self) { try file.guarding { bytes in bytes.uint8(at: 4700) } }
    }
  }
}
