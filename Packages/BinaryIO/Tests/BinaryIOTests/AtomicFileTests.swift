import BinaryIO
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  @Test("the file appears at commit, whole, and replaces the old one")
  func commits() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/index.json"
      try FileSystem.write(([1] as [UInt8]).span.bytes, to: path)
      // snippet: atomic-file
      var file = try AtomicFile(replacing: path)
      try file.write(([2, 3] as [UInt8]).span.bytes)
      #expect(try FileSystem.readAll(path) == [1])  // readers still see the old content
      try file.write(([4] as [UInt8]).span.bytes)
      try file.commit()
      #expect(try FileSystem.readAll(path) == [2, 3, 4])
      // end snippet
      #expect(try FileSystem.list(folder) == ["index.json"])
    }
  }

  @Test("without commit nothing stays")
  func abandons() throws {
    try withTemporaryDirectory { folder in
      do {
        var file = try AtomicFile(replacing: folder + "/shard")
        try file.write(([1, 2] as [UInt8]).span.bytes)
        #expect(try FileSystem.list(folder).count == 1)
      }
      #expect(try FileSystem.list(folder).isEmpty)
    }
  }

  @Test("directories are made with parents, listed in byte order, removed whole")
  func directories() throws {
    try withTemporaryDirectory { folder in
      try FileSystem.createDirectory(folder + "/a/b/c")
      try FileSystem.createDirectory(folder + "/a/b/c")
      for name in ["p2", "p10", "é"] { try FileSystem.write([UInt8]().span.bytes, to: folder + "/a/" + name) }
      #expect(try FileSystem.list(folder + "/a") == ["b", "p10", "p2", "é"])
      #expect(try FileSystem.listRecursively(folder) == ["a/p10", "a/p2", "a/é"])
      let error = #expect(throws: FileError.self) { try FileSystem.createDirectory(folder + "/a/p2/x") }
      #expect(error?.code == .notADirectory)
      try FileSystem.removeTree(folder + "/a")
      #expect(try FileSystem.list(folder).isEmpty)
    }
  }
}
