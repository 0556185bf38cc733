import BinaryIO
import Foundation
import ObjectStorage
import TestSupport
import Testing

struct LocalStoreTests {
  @Test(
    "refuses keys that a file system would read otherwise", arguments: ["/etc/x", "a//b", "a/", "a.12-3.tmp"])
  func refuses(name: String) async throws {
    try await withTemporaryDirectory { folder in
      let key = try ObjectKey(parsing: name)
      let store = LocalStore(folder)
      await expect(.unusableKey) { try await store.put(key, bytes: [1]) }
      await expect(.unusableKey) { try await store.bytes(of: key, limit: 1) }
      await expect(.unusableKey) { try await store.delete(key) }
      #expect(try FileSystem.list(folder) == [])
    }
  }

  @Test("leaves no temporary file, also when the source fails, and hides those of killed writers")
  func temporaries() async throws {
    try await withTemporaryDirectory { folder in
      let store = LocalStore(folder)
      try await store.put("a/b", bytes: [1])
      try FileSystem.write(([1] as [UInt8]).span.bytes, to: folder + "/a/c.77-1.tmp")
      let broken = BrokenSource(byteCount: 3 << 20, failingAt: 2 << 20)
      await expect(.localFile) { try await store.put("a/b", from: broken, options: PutOptions()) }
      await expect(.localFile) {
        try await store.put("a/n", from: broken, options: PutOptions(createOnly: true))
      }
      #expect(try await store.allObjects().map(\.key) == ["a/b"])
      #expect(try await store.bytes(of: "a/b", limit: 1) == [1])
      #expect(try FileSystem.list(folder + "/a") == ["b", "c.77-1.tmp"])
    }
  }

  @Test("of several create-only writers one wins")
  func createOnly() async throws {
    try await withTemporaryDirectory { folder in
      let store = LocalStore(folder)
      let winners = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<16 {
          group.addTask {
            (try? await store.put("a", bytes: [UInt8(number)], options: PutOptions(createOnly: true))) != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      let names = try FileSystem.list(folder)
      #expect(winners == 1)
      #expect(names == ["a"])
    }
  }

  @Test("a directory is no object, an empty one no prefix; links are followed, loops end")
  func directories() async throws {
    try await withTemporaryDirectory { folder in
      let store = LocalStore(folder + "/root")
      #expect(try await store.allObjects() == [])
      try await store.put("d/x", bytes: [1])
      try FileSystem.createDirectory(folder + "/root/empty/deep")
      await expect(.notFound) { try await store.head("d") }
      await expect(.localFile) { try await store.put("d", bytes: [1]) }
      try FileManager.default.createSymbolicLink(atPath: folder + "/root/d/loop", withDestinationPath: "..")
      try FileManager.default.createSymbolicLink(atPath: folder + "/root/l", withDestinationPath: "d/x")
      #expect(try await store.allObjects().map(\.key) == ["d/x", "l"])
      #expect(try await store.list("", delimiter: "/", after: nil).prefixes == ["d/"])
      #expect(try await store.list("../", delimiter: nil, after: nil).objects == [])
    }
  }

  @Test("a file that is written to while it is read is an error")
  func changed() async throws {
    try await withTemporaryDirectory { folder in
      let store = LocalStore(folder)
      try await store.put("a", bytes: [UInt8](repeating: 1, count: 100))
      let sink = MeddlingSink(path: folder + "/a")
      await expect(.preconditionFailed) { try await store.get("a", into: sink) }
    }
  }
}

/// Fails when read at or past an offset.
struct BrokenSource: ByteSource {
  let byteCount: Int
  let failingAt: Int
  func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError) {
    guard byteOffset < failingAt else {
      throw ObjectStoreError(.localFile, url: "broken", detail: "as planned")
    }
    while !out.isFull { out.append(1) }
  }
}

/// Appends to the file it receives.
final class MeddlingSink: ByteSink {
  let path: String
  init(path: String) { self.path = path }
  var receivedByteCount: Int { 0 }
  func write(_ bytes: RawSpan) throws(ObjectStoreError) {
    do {
      try FileDescriptor.open(path, .append).write(([1] as [UInt8]).span.bytes)
    } catch {
      throw ObjectStoreError(.localFile, url: path, cause: error)
    }
  }
}
