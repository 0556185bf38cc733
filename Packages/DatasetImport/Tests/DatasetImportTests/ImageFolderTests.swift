import BinaryIO
import DatasetImport
import PythonJSON
import ShardFormats
import TestSupport
import Testing

@Suite("ImageFolderRecords") struct ImageFolderTests {
  private let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 9]
  private let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 9]

  private func withFolder(_ files: [String: [UInt8]], _ body: (String) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      for (name, content) in files {
        try FileSystem.createDirectory(FileSystem.parentDirectory(of: folder + "/" + name))
        try FileSystem.write(content.span.bytes, to: folder + "/" + name)
      }
      try body(folder)
    }
  }

  private func rows(_ source: ImageFolderRecords) throws -> [[String: ColumnValue]] {
    var source = source
    var all: [[String: ColumnValue]] = []
    while let sample = try source.next() { all.append(sample) }
    #expect(source.position.byteCount == source.position.of)
    return all
  }

  @Test("classes are the folders by name, images lie in them at any depth, bytes stay as they are")
  func classes() throws {
    let files = [
      "dog/2.jpg": jpeg + [1], "dog/10.JPEG": jpeg + [2], "cat/deep/er/x.jpg": jpeg + [3], "Zebra/a.jpg": jpeg + [4],
      "dog/notes.txt": [1], "dog/.hidden.jpg": [1], ".git/x.jpg": [1], "stray.jpg": jpeg,
    ]
    try withFolder(files) { folder in
      let source = try ImageFolderRecords(folder: folder)
      #expect(source.classes == ["Zebra", "cat", "dog"])
      #expect(source.columns.columns.map { "\($0.name):\($0.encodingName)" } == ["image:jpeg", "label:int"])
      #expect(source.count == 4 && source.otherFileCount == 1)
      #expect(String(decoding: source.classListing, as: UTF8.self) == #"{"Zebra": 0, "cat": 1, "dog": 2}"#)
      let rows = try rows(source)
      #expect(rows.map { $0["label"] } == [0, 1, 2, 2])
      #expect(rows.map { $0["image"] } == [4, 3, 2, 1].map { .bytes(jpeg + [$0]) })
    }
  }

  @Test("columns on request: the class's name and the path")
  func names() throws {
    try withFolder(["b/x.png": png, "a/y.png": png]) { folder in
      let columns = try ImportColumns(parsing: "path:str,class:str,label:uint8,image:png")
      let rows = try rows(try ImageFolderRecords(folder: folder, columns: columns))
      #expect(rows.map { $0["path"] } == ["a/y.png", "b/x.png"])
      #expect(rows.map { $0["class"] } == ["a", "b"])
      for bad in ["label:str", "image:int", "size:int", "class:int"] {
        let error = #expect(throws: ImportError.self) {
          try ImageFolderRecords(folder: folder, columns: ImportColumns(parsing: bad))
        }
        #expect(error?.code == .badColumns)
      }
    }
  }

  @Test("encodings by the names: all JPEG, all PNG, or bytes for both")
  func encodings() throws {
    for (files, encoding) in [
      (["a/x.png": png], "png"), (["a/x.jpg": jpeg], "jpeg"), (["a/x.png": png, "a/y.jpg": jpeg], "bytes"),
    ] {
      try withFolder(files) { folder in
        let source = try ImageFolderRecords(folder: folder)
        #expect(source.columns.columns[0].encodingName == encoding)
      }
    }
  }

  @Test("a folder of images alone has no classes, links are followed")
  func flat() throws {
    try withFolder(["x.png": png]) { folder in
      let source = try ImageFolderRecords(folder: folder)
      #expect(source.classes.isEmpty)
      #expect(source.columns.columns.map(\.name) == ["image"])
      #expect(try rows(source).count == 1)
    }
  }

  @Test("a PNG under a JPEG's name is an image, other bytes are an error with the path")
  func content() throws {
    try withFolder(["a/x.jpg": png]) { folder in
      let rows = try rows(try ImageFolderRecords(folder: folder))
      #expect(rows.count == 1)
    }
    try withFolder(["a/x.jpg": [1, 2, 3]]) { folder in
      let error = #expect(throws: ImportError.self) { try rows(try ImageFolderRecords(folder: folder)) }
      #expect(error?.code == .badValue)
      #expect(error?.file == folder + "/a/x.jpg")
    }
  }

  @Test("no folder, no images, too large an image")
  func unusable() throws {
    #expect(throws: ImportError.self) { try ImageFolderRecords(folder: "/nothing/here") }
    try withFolder(["a/x.txt": [1]]) { folder in
      let error = #expect(throws: ImportError.self) { try ImageFolderRecords(folder: folder) }
      #expect(error?.code == .badRecord)
    }
    try withFolder(["a/x.jpg": jpeg]) { folder in
      let error = #expect(throws: ImportError.self) {
        try rows(try ImageFolderRecords(folder: folder, fileLimit: ByteCount(4)))
      }
      #expect(error?.code == .unreadable)
    }
  }
}
