import ArchiveReading
import BinaryIO
import ShardCompression
import TestSupport
import Testing

@Suite("ByteStream") struct ByteStreamTests {
  private let text = Array((0..<40_000).map { "line \($0)\n" }.joined().utf8)

  private func content(_ bytes: [UInt8], step: Int = 7000) throws -> [UInt8] {
    try withTemporaryDirectory { folder in
      try FileSystem.write(bytes.span.bytes, to: folder + "/f")
      let stream = try ByteStream(path: folder + "/f")
      #expect(stream.fileByteCount == bytes.count)
      var all: [UInt8] = []
      while true {
        let piece = try stream.read(count: step)
        if piece.isEmpty { break }
        all += piece
      }
      #expect(stream.readByteCount == bytes.count)
      return all
    }
  }

  @Test("plain files, and empty ones")
  func plain() throws {
    #expect(try content(text) == text)
    #expect(try content([]) == [])
  }

  @Test("compressed files, told by their first bytes", arguments: ["gz", "bz2", "xz", "zstd", "lz4"])
  func compressed(codec: String) throws {
    let packed = try Codec(parsing: codec).compress(text.span.bytes)
    #expect(try content(packed) == text)
    #expect(throws: ArchiveError.self) { try content(Array(packed[..<(packed.count / 2)])) }
  }

  @Test("several gzip members in a row are one text")
  func gzipMembers() throws {
    let halves = [Array(text[..<1000]), Array(text[1000...])]
    let packed = try halves.flatMap { try Codec.gzip().compress($0.span.bytes) }
    #expect(try content(packed) == text)
  }

  @Test("a wrong gzip checksum is an error")
  func gzipChecksum() throws {
    var packed = try Codec.gzip().compress(text.span.bytes)
    packed[packed.count - 8] ^= 1
    let error = #expect(throws: ArchiveError.self) { try content(packed) }
    #expect(error?.code == .damaged)
  }

  @Test("the example of the README")
  func example() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/photos.tar"
      try FileSystem.write(TarArchive([("a.txt", [104, 105]), ("b.jpg", [0xFF])]).bytes.span.bytes, to: path)
      var texts: [String: [UInt8]] = [:]
      // snippet: archive
      let archive = try ArchiveReader(path: path, limits: ArchiveLimits(memberByteCount: .megabytes(64)))
      while let file = try archive.nextFile() {
        if file.path.hasSuffix(".txt") { texts[file.path] = try archive.content() }
      }
      // end snippet
      #expect(texts == ["a.txt": [104, 105]])
    }
  }
}
