import BinaryIO
import CGuardedCopy
import Foundation
import TestSupport
import Testing

@Suite struct MappedFileTests {
  @Test("gives exactly the file's bytes", arguments: [0, 1, 4095, 4096, 10_000])
  func mapsWhole(byteCount: Int) throws {
    try withTemporaryDirectory { folder in
      let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try FileSystem.write(bytes.span.bytes, to: folder + "/file")
      let file = try MappedFile(path: folder + "/file")
      #expect(file.byteCount == byteCount)
      #expect(file.bytes.copied() == bytes)
    }
  }

  @Test("checked loads are nil past the end and at negative offsets")
  func checkedLoads() throws {
    let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let span = bytes.span.bytes
    #expect(span.uint32(at: 5) == 0x0908_0706)
    #expect(span.uint32(at: 6) == nil)
    #expect(span.uint64(at: 1) == 0x0908_0706_0504_0302)
    #expect(span.uint64(at: 2) == nil)
    #expect(span.uint16(at: -1) == nil)
    #expect(span.uint8(at: 9) == nil)
    var lengths: [Int] = []
    for end in [9, 10] {
      if let part = span.slice(3..<end) { lengths.append(part.byteCount) }
    }
    #expect(lengths == [6])
    #expect(span.uint32(at: .max) == nil)
  }

  @Test("errors tell the reason")
  func errors() throws {
    try withTemporaryDirectory { folder in
      #expect(throws: FileError.self) { try MappedFile(path: folder) }
      let missing = #expect(throws: FileError.self) { try MappedFile(path: folder + "/absent") }
      #expect(missing?.code == .notFound)
      let nul = #expect(throws: FileError.self) { try MappedFile(path: folder + "/a\0b") }
      #expect(nul?.code == .unusablePath)
    }
  }

  @Test("a mapping outlives the removal of its file")
  func survivesUnlink() throws {
    try withTemporaryDirectory { folder in
      try FileSystem.write(([9, 8, 7] as [UInt8]).span.bytes, to: folder + "/file")
      let file = try MappedFile(path: folder + "/file")
      try FileSystem.remove(folder + "/file")
      #expect(file.bytes.copied() == [9, 8, 7])
    }
  }

  @Test("a copy from a file that was truncated names the item, in every thread, again and again")
  func truncation() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/file"
      try FileSystem.write([UInt8](repeating: 5, count: 3 * 4096).span.bytes, to: path)
      let file = try MappedFile(path: path)
      try FileDescriptor.open(path, .readWrite).resize(to: 4096)
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        for _ in 0..<50 {
          var target = [UInt8](repeating: 0, count: 3)
          let failed = target.withUnsafeMutableBytes { target -> Int? in
            guard let start = target.baseAddress else { return nil }
            let items = (0..<3).map {
              GuardedCopy.Item(destination: start + $0, source: file.baseAddress + 4096 * $0, byte_count: 1)
            }
            return items.withUnsafeBufferPointer { GuardedCopy.copy($0) }
          }
          #expect(failed == 1)
          #expect(target == [5, 0, 0])
        }
      }
    }
  }
}
