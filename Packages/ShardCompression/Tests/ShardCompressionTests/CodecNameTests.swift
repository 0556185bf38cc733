import ShardCompression
import Testing

@Suite("Codec names") struct CodecNameTests {
  @Test("accepts upstream's 58 texts, and those of xz and lz4")
  func accepted() throws {
    let upstream = Codec.names.filter { (try? Codec(parsing: $0).isUpstream) == true }
    #expect(Set(upstream) == Set(upstreamFiles.map(\.name).filter { !$0.hasPrefix("xz") }))
    #expect(upstream.count == 58)
    #expect(Codec.names.count == 58 + 10 + 11)
    for name in Codec.names {
      let codec = try Codec(parsing: name)
      #expect(codec.name == name)
      #expect(codec.fileExtension == name.prefix { $0 != ":" })
    }
  }

  @Test(
    "refuses every other text",
    arguments: [
      "", "zst", "ZSTD", "gzip", "none", "zstd:", "zstd:0", "zstd:23", "zstd:03", "zstd:+3", "zstd: 3",
      "zstd:3 ", "zstd:3:1",
      "gz:10", "gz:-1", "bz2:0", "bz2:10", "br:12", "snappy:", "snappy:0", "snappy:1", ":", ":3", "xz:10",
      "lz4:0", "lz4:10",
      "zstd:99999999999999999999", "zstd:٣",
    ])
  func refused(text: String) {
    let error = #expect(throws: CodecError.self) { try Codec(parsing: text) }
    #expect(error?.code == .unknownName || error?.code == .unknownLevel)
    #expect(error?.codec == text)
  }

  @Test("a level outside moves to the nearest end; no level stays none")
  func levels() {
    #expect(Codec.zstd(level: 3).name == "zstd:3")
    #expect(Codec.zstd().name == "zstd")
    #expect(Codec.zstd() != Codec.zstd(level: 3))
    #expect(Codec.zstd(level: 99).name == "zstd:22")
    #expect(Codec.gzip(level: -1).name == "gz:0")
    #expect(Codec.brotli(level: 5).name == "br:5")
    #expect(Codec.bzip2(level: 0).name == "bz2:1")
    #expect(Codec.snappy.name == "snappy")
    #expect(Codec.xz().fileExtension == "xz")
    #expect(Codec.lz4(level: 9).name == "lz4:9")
  }
}
