import BinaryIO
import Foundation
import TestSupport
import Testing

@testable import ObjectStorage

struct TransferTests {
  let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

  @Test(
    "a download goes on where an earlier one stopped, of the same version only",
    arguments: [0, 1, 77_777, 200_000])
  func resumes(done: Int) async throws {
    try await withTemporaryDirectory { folder in
      let memory = MemoryStore(["a": bytes])
      let info = try await memory.head("a")
      let store = MeasuredStore(memory)
      let download = ResumableDownload(store, info, to: folder + "/deep/a")
      try FileSystem.createDirectory(folder + "/deep")
      let part = Array(bytes[..<done])
      if done > 0 { try FileSystem.write(part.span.bytes, to: download.partialPath) }
      try await download.run()
      #expect(try FileSystem.readAll(folder + "/deep/a") == bytes)
      #expect(store.metrics.snapshot[.get].byteCount == bytes.count - done)
      #expect(try FileSystem.list(folder + "/deep") == ["a"])
      // Another version has another partial file, so nothing of the old one is taken.
      let newer = try await memory.put("a", bytes: [1, 2, 3])
      #expect(ResumableDownload(store, newer, to: folder + "/deep/a").partialPath != download.partialPath)
      try await ResumableDownload(store, newer, to: folder + "/deep/a").run()
      #expect(try FileSystem.readAll(folder + "/deep/a") == [1, 2, 3])
      await expect(.preconditionFailed) { try await download.run() }
      #expect(try FileSystem.readAll(folder + "/deep/a") == [1, 2, 3], "what was there stays")
    }
  }

  @Test("an empty object becomes an empty file")
  func empty() async throws {
    try await withTemporaryDirectory { folder in
      let store = MemoryStore(["a": []])
      try await ResumableDownload(store, store.head("a"), to: folder + "/a").run()
      #expect(try FileSystem.readAll(folder + "/a") == [])
    }
  }
}
