import ShardCompression
import Testing

@Suite("bzip2") struct Bzip2Tests {
  /// FNV-1a of what Python's `bz2.compress(content, level)` gives, with
  /// `content = bytes((i * i // 7 + i // 3000) & 255 for i in range(1000003))`, for each level.
  private static let pythons: [(level: Int, byteCount: Int, digest: UInt64)] = [
    (1, 349_492, 0x17a8_2f22_6f88_72d2), (2, 244_440, 0x5d16_aec3_4230_a3d5),
    (3, 202_327, 0xd656_ab69_e5dc_20d8),
    (4, 164_130, 0xf82d_e1ca_a3c7_0b47), (5, 145_934, 0xea57_f1f3_a6fc_1dcb),
    (6, 131_433, 0x257b_512c_04b8_0c17),
    (7, 124_104, 0x4142_5442_73cc_5ada), (8, 115_416, 0x874a_c088_0ca1_e788),
    (9, 104_093, 0xd422_28e8_bc6c_5421),
  ]

  private static let content = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 * $0 / 7 + $0 / 3000) }

  private static func digest(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  @Test("every level gives the bytes that upstream's Python gives", arguments: 1...9)
  func bytesOfPython(level: Int) throws {
    let packed = try Codec.bzip2(level: level).compress(Self.content)
    let expected = try #require(Self.pythons.first { $0.level == level })
    #expect(packed.count == expected.byteCount)
    #expect(Self.digest(packed) == expected.digest)
    #expect(try Codec.bzip2().decompress(packed, expecting: Self.content.count) == Self.content)
  }

  @Test("what upstream's 0.13.0 wrote comes out again at each of its names")
  func bytesOfUpstream() throws {
    let text =
      Array((String(repeating: "streaming ", count: 12) + "shard, sample, column; ").utf8) + Array(0..<40)
    let files = upstreamFiles.filter { $0.name.hasPrefix("bz2") }
    #expect(files.count == 10)
    for file in files { #expect(try Codec(parsing: file.name).compress(text) == bytes(hex: file.hex)) }
  }

  @Test("each of the two kinds of checksum is checked: the block's and the stream's")
  func checksums() throws {
    let codec = Codec.bzip2(level: 1)
    let raw = Array(Self.content.prefix(250_000))
    let packed = try codec.compress(raw)
    // The first block's CRC-32 follows the stream's four bytes and the block's six.
    var block = packed
    block[10] ^= 1
    // The stream's own ends in the last byte but the padding of at most 7 bits.
    var stream = packed
    stream[packed.count - 3] ^= 0x10
    for damaged in [block, stream] {
      for outcome in codec.outcomes(of: damaged, expecting: raw.count) {
        #expect(throws: CodecError.self) { try outcome.get() }
        if case .failure(let error) = outcome { #expect(error.code == .damaged) }
      }
    }
  }

  @Test("what follows a stream is another stream or an error that names the place")
  func behindTheEnd() throws {
    let codec = Codec.bzip2()
    let packed = try codec.compress(Array("content".utf8))
    for tail: [UInt8] in [[0], Array("BZ".utf8), Array("BZip".utf8)] {
      for outcome in codec.outcomes(of: packed + tail, expecting: 7) {
        let error = #expect(throws: CodecError.self) { try outcome.get() }
        #expect(error?.code == .trailingBytes)
        #expect(error?.expected == "the end of the file at byte \(packed.count)")
      }
    }
    let empty = try codec.compress([])
    let many = [empty, packed, empty, empty, packed].flatMap(\.self)
    for outcome in codec.outcomes(of: many, expecting: 14) {
      #expect(try outcome.get() == Array("contentcontent".utf8))
    }
  }
}
