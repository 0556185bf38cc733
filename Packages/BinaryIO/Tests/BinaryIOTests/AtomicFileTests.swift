import BinaryIO
import SystemLibC
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

  private static let hasUnnamedFiles = {
    let file = openUnnamedFile(in: FileSystem.temporaryDirectory, mode: 0o600)
    return file >= 0 && close(file) == 0
  }()

  @Test(
    "a hidden file has no name before commit, gets a free one and replaces one that is taken",
    .enabled(if: hasUnnamedFiles, "needs a file system with unnamed files"))
  func hidden() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/shard"
      for content in [[1, 2], [3]] as [[UInt8]] {
        let before = try FileSystem.list(folder)
        var file = try AtomicFile(replacing: path, hidden: true)
        try file.write(content.span.bytes)
        #expect(try FileSystem.list(folder) == before)
        try file.commit()
        #expect(try FileSystem.list(folder) == ["shard"])
        #expect(try FileSystem.readAll(path) == content)
      }
      do {
        var file = try AtomicFile(replacing: path, hidden: true)
        try file.write(([9] as [UInt8]).span.bytes)
      }
      #expect(try FileSystem.list(folder) == ["shard"])
      #expect(try FileSystem.readAll(path) == [3])
    }
  }

  @Test("a hidden file in a directory that is not there is an error that says so")
  func hiddenNowhere() throws {
    try withTemporaryDirectory { folder in
      let error = #expect(throws: FileError.self) { _ = try AtomicFile(replacing: folder + "/a/b", hidden: true) }
      #expect(error?.code == .notFound)
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
