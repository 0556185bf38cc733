import BinaryIO
import Foundation
import ObjectStorage
import Synchronization
import TestSupport
import Testing

struct BytesTests {
  @Test("a file sink continues where it is, from its start offset")
  func fileSink() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/x"
      let sink = try FileSink(creating: path)
      try sink.write(([1, 2, 3] as [UInt8]).span.bytes)
      try sink.write(([4] as [UInt8]).span.bytes)
      #expect(sink.receivedByteCount == 4)
      let part = try FileSink(path: path, startOffset: 1)
      try part.write(([9, 8] as [UInt8]).span.bytes)
      #expect(try FileSystem.readAll(path) == [1, 9, 8, 4])
      let error = #expect(throws: ObjectStoreError.self) { try FileSink(creating: path) }
      #expect(error?.code == .localFile)
    }
  }

  @Test("a memory sink refuses the byte past its limit and keeps what it had")
  func memorySink() throws {
    let sink = MemorySink(limit: 4)
    try sink.write(([1, 2, 3] as [UInt8]).span.bytes)
    let error = #expect(throws: ObjectStoreError.self) { try sink.write(([4, 5] as [UInt8]).span.bytes) }
    #expect(error?.code == .tooLarge)
    #expect(sink.receivedByteCount == 3)
    #expect(sink.takeBytes() == [1, 2, 3])
  }

  @Test("a tee shows exactly the bytes that were taken")
  func tee() throws {
    let seen = Mutex<[UInt8]>([])
    let sink = TeeSink(MemorySink(limit: 2)) { bytes in
      let copy = bytes.copied()
      seen.withLock { $0 += copy }
    }
    try sink.write(([1, 2] as [UInt8]).span.bytes)
    #expect(throws: ObjectStoreError.self) { try sink.write(([3] as [UInt8]).span.bytes) }
    #expect(seen.withLock { $0 } == [1, 2])
    #expect(sink.receivedByteCount == 2)
  }

  @Test("sources give the same bytes for every offset and room", arguments: 0..<9, 0..<9)
  func sources(offset: Int, room: Int) throws {
    try withTemporaryDirectory { folder in
      let bytes: [UInt8] = [10, 11, 12, 13, 14, 15, 16]
      let path = folder + "/x"
      try FileSystem.write(bytes.span.bytes, to: path)
      let expected = [7] + bytes.dropFirst(offset).prefix(room)
      for source in [MemorySource(bytes), try FileSource(path)] as [any ByteSource] {
        #expect(source.byteCount == 7)
        let read = try [UInt8](capacity: room + 1) { out in
          out.append(7)
          try source.read(at: offset, into: &out)
        }
        #expect(read == expected)
      }
    }
  }

  @Test("a file that gets shorter under its source is an error, not an endless read")
  func shrunk() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/x"
      try FileSystem.write(([1, 2, 3, 4] as [UInt8]).span.bytes, to: path)
      let source = try FileSource(path)
      try FileDescriptor.open(path, .readWrite).resize(to: 2)
      let error = #expect(throws: ObjectStoreError.self) {
        _ = try [UInt8](capacity: 4) { out in try source.read(at: 0, into: &out) }
      }
      #expect(error?.code == .localFile)
      #expect(throws: ObjectStoreError.self) { try FileSource(folder) }
    }
  }

  @Test("a range means what HTTP says", arguments: 0..<5)
  func ranges(byteCount: Int) {
    for start in -1..<6 {
      let naive = (start >= 0 && start < byteCount) ? Array(0..<byteCount).filter { $0 >= start } : []
      #expect(ByteRange.from(start).resolved(in: byteCount).map(Array.init) ?? [] == naive)
      #expect(
        ByteRange.suffix(start).resolved(in: byteCount).map(Array.init) ?? []
          == Array((0..<byteCount).suffix(max(0, start))))
      for end in max(0, start)..<8 {
        let inside = start < 0 ? [] : Array(0..<byteCount).filter { $0 >= start && $0 < end }
        #expect(
          ByteRange.bytes(start..<max(start, end)).resolved(in: byteCount).map(Array.init) ?? [] == inside)
      }
    }
    #expect(ByteRange.bytes(2..<5).headerValue == "bytes=2-4")
    #expect(ByteRange.bytes(2..<2).headerValue == nil)
    #expect(ByteRange.suffix(3).headerValue == "bytes=-3")
    #expect(ByteRange.from(3).headerValue == "bytes=3-")
  }
}
