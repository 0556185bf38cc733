import ArchiveReading
import BinaryIO
import ShardCompression
import TestSupport
import Testing

/// All files of an archive.
func members(
  of bytes: [UInt8], limits: ArchiveLimits = ArchiveLimits(), reading wanted: (String) -> Bool = { _ in true }
) throws -> [(name: String, content: [UInt8])] {
  try withTemporaryDirectory { folder in
    try FileSystem.write(bytes.span.bytes, to: folder + "/a")
    let reader = try ArchiveReader(path: folder + "/a", limits: limits)
    var found: [(String, [UInt8])] = []
    while let member = try reader.nextFile() {
      found.append((member.path, wanted(member.path) ? try reader.content() : []))
    }
    #expect(try reader.nextFile() == nil, "the end stays the end")
    return found
  }
}

@Suite("ArchiveReader") struct ArchiveReaderTests {
  private static let files: [(name: String, content: [UInt8])] = [
    ("a/0001.txt", Array("hello".utf8)), ("a/0001.bin", (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 7) }),
    ("b/empty", []), ("../../etc/passwd", [1, 2, 3]), ("ünïcode.txt", [9]),
  ]

  private func expectAll(_ found: [(name: String, content: [UInt8])]) {
    #expect(found.map(\.name) == Self.files.map(\.name))
    #expect(found.map(\.content) == Self.files.map(\.content))
  }

  @Test("a tar gives its files in order; names are only text")
  func plain() throws { expectAll(try members(of: TarArchive(Self.files).bytes)) }

  @Test("a compressed tar gives the same", arguments: ["gz", "bz2", "xz", "zstd", "lz4"])
  func compressed(codec: String) throws {
    let bytes = TarArchive(Self.files).bytes
    expectAll(try members(of: try Codec(parsing: codec).compress(bytes.span.bytes)))
  }

  @Test("a zip gives the same")
  func zip() throws { expectAll(try members(of: storedZip(Self.files))) }

  @Test("folders and links are no files")
  func others() throws {
    var tar = TarArchive()
    tar.add("folder/", kind: "5")
    tar.add("folder/file", [1])
    tar.add("folder/link", kind: "2", linkName: "file")
    tar.add("folder/hard", kind: "1", linkName: "folder/file")
    tar.add("last", [2])
    #expect(try members(of: tar.bytes).map(\.name) == ["folder/file", "last"])
  }

  @Test("files that nobody reads are skipped", arguments: ["", "gz", "zstd"])
  func skipping(codec: String) throws {
    var bytes = TarArchive(Self.files).bytes
    if !codec.isEmpty { bytes = try Codec(parsing: codec).compress(bytes.span.bytes) }
    let found = try members(of: bytes) { $0 == "ünïcode.txt" }
    #expect(found.map(\.name) == Self.files.map(\.name))
    #expect(found.last?.content == [9])
  }

  @Test("content is there once, and progress counts the file's bytes")
  func progress() throws {
    try withTemporaryDirectory { folder in
      let bytes = TarArchive(Self.files).bytes
      try FileSystem.write(bytes.span.bytes, to: folder + "/a")
      let reader = try ArchiveReader(path: folder + "/a")
      #expect(reader.fileByteCount == bytes.count)
      _ = try reader.nextFile()
      #expect(try reader.content() == Self.files[0].content)
      #expect(try reader.content().isEmpty)
      while try reader.nextFile() != nil {}
      #expect((1...bytes.count).contains(reader.readByteCount))
    }
  }

  // MARK: Hostile archives

  @Test("a member above the limit is refused by its header, before memory is taken for it")
  func statedTooLarge() throws {
    var tar = TarArchive()
    tar.add("bomb", [1, 2, 3], statedByteCount: 1 << 32)
    let error = #expect(throws: ArchiveError.self) { try members(of: tar.bytes) }
    #expect(error?.code == .memberTooLarge)
    #expect(error?.member == "bomb")
    let limits = ArchiveLimits(memberByteCount: ByteCount(2999))
    let exact = #expect(throws: ArchiveError.self) { try members(of: TarArchive(Self.files).bytes, limits: limits) }
    #expect(exact?.member == "a/0001.bin")
    expectAll(try members(of: TarArchive(Self.files).bytes, limits: ArchiveLimits(memberByteCount: ByteCount(3000))))
  }

  @Test("what unpacks to too many times its size is refused, read or skipped", arguments: [true, false])
  func bomb(isRead: Bool) throws {
    var tar = TarArchive()
    for number in 0..<3 { tar.add("zeros\(number)", [UInt8](repeating: 0, count: 40 << 20)) }
    let packed = try Codec.gzip(level: 6).compress(tar.bytes.span.bytes)
    let error = #expect(throws: ArchiveError.self) { try members(of: packed) { _ in isRead } }
    #expect(error?.code == .expandsTooMuch)
    #expect(error?.member == "zeros2")
    #expect(try members(of: packed, limits: ArchiveLimits(expansion: 2000)) { _ in false }.count == 3)
  }

  @Test("cut off anywhere, the error is typed", arguments: ["", "gz", "zstd", "xz"])
  func truncated(codec: String) throws {
    var bytes = TarArchive(Self.files).bytes
    // Without the end blocks, of which libarchive does not ask for both.
    if codec.isEmpty { bytes.removeLast(1024) } else { bytes = try Codec(parsing: codec).compress(bytes.span.bytes) }
    for length in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 150)) {
      do {
        // Plain tar may be cut between two members without anybody noticing.
        let found = try members(of: Array(bytes[..<length]))
        #expect(codec.isEmpty && found.count < Self.files.count, "cut at \(length)")
      } catch let error as ArchiveError {
        #expect([.damaged, .notAnArchive, .unreadable].contains(error.code), "cut at \(length): \(error)")
      }
    }
  }

  @Test("a gzip checksum or length that is wrong is an error, which libarchive alone would not notice", arguments: 1...8)
  func gzipTrailer(fromEnd: Int) throws {
    var packed = try Codec.gzip().compress(TarArchive(Self.files).bytes.span.bytes)
    packed[packed.count - fromEnd] ^= 1
    let error = #expect(throws: ArchiveError.self) { try members(of: packed) }
    #expect(error?.code == .damaged)
  }

  @Test("changed bytes end in files or a typed error", arguments: 0..<4 as Range<UInt64>)
  func mutated(seed: UInt64) throws {
    let forms = [
      TarArchive(Self.files).bytes, storedZip(Self.files),
      try Codec.gzip().compress(TarArchive(Self.files).bytes.span.bytes),
      try Codec.zstd().compress(TarArchive(Self.files).bytes.span.bytes),
    ]
    var random = SplitMix64(state: seed)
    for form in forms {
      for _ in 0..<150 {
        var bytes = form
        for _ in 0..<Int(random.next() % 4 + 1) {
          bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        do {
          _ = try members(of: bytes, limits: ArchiveLimits(memberByteCount: .megabytes(16)))
        } catch is ArchiveError {}
      }
    }
  }

  @Test("no archive, no file, a folder")
  func unreadable() throws {
    #expect(throws: ArchiveError.self) { try members(of: Array("just some text, and no archive".utf8)) }
    let absent = #expect(throws: ArchiveError.self) { try ArchiveReader(path: "/nothing/here.tar") }
    #expect(absent?.code == .unreadable)
    let folder = #expect(throws: ArchiveError.self) { try ArchiveReader(path: "/tmp") }
    #expect(folder?.code == .unreadable)
  }
}
