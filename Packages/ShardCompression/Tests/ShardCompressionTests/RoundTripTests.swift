import ShardCompression
import TestSupport
import Testing

@Suite("Round trips") struct RoundTripTests {
  @Test("reads what upstream wrote", arguments: upstreamFiles.indices)
  func upstream(row: Int) throws {
    let codec = try Codec(parsing: upstreamFiles[row].name)
    let packed = bytes(hex: upstreamFiles[row].hex)
    let text =
      Array((String(repeating: "streaming ", count: 12) + "shard, sample, column; ").utf8) + Array(0..<40)
    #expect(try codec.decompress(packed, expecting: text.count) == text)
    #expect(try codec.decompressInPieces(packed, expecting: text.count) == text)
  }

  @Test("every text, sizes around the block sizes", arguments: Codec.names)
  func everyLevel(name: String) throws {
    let codec = try Codec(parsing: name)
    let whole = mixture(70_000, seed: 7)
    for byteCount in [0, 1, 2, 15, 4096, 65_535, 65_536, 65_537, 70_000] {
      let raw = Array(whole[..<byteCount])
      let packed = try codec.compress(raw)
      #expect(try codec.decompress(packed, expecting: byteCount) == raw)
      #expect(try codec.decompressInPieces(packed, expecting: byteCount) == raw)
    }
  }

  @Test("random content of random size", arguments: defaults, 0..<12 as Range<UInt64>)
  func random(name: String, seed: UInt64) throws {
    var numbers = SplitMix64(state: seed)
    let raw = mixture(Int.random(in: 0...20_000, using: &numbers), seed: seed)
    let codec = try Codec(parsing: name)
    let packed = try codec.compress(raw)
    #expect(try codec.compress(raw) == packed, "equal content gives equal files")
    #expect(try codec.decompress(packed, expecting: raw.count) == raw)
    #expect(try codec.decompressInPieces(packed, expecting: raw.count) == raw)
  }

  @Test("several pieces, incompressible and very compressible", arguments: defaults)
  func large(name: String) throws {
    var codec = try Codec(parsing: name)
    if name == "br" { codec = .brotli(level: 1) }
    var numbers = SplitMix64(state: 5)
    for raw in [
      [UInt8](repeating: 0, count: 1_000_003),
      (0..<700_001).map { _ in UInt8.random(in: 0...255, using: &numbers) },
      [UInt8](repeating: 9, count: 1 << 18),
    ] {
      let packed = try codec.compress(raw)
      #expect(try codec.decompress(packed, expecting: raw.count) == raw)
      #expect(try codec.decompressInPieces(packed, expecting: raw.count) == raw)
    }
  }

  @Test("content that is a compressed file itself stays one", arguments: defaults)
  func nested(name: String) throws {
    let codec = try Codec(parsing: name)
    let inner = try codec.compress(mixture(3000, seed: 1))
    let outer = try codec.compress(inner)
    #expect(try codec.decompress(outer, expecting: inner.count) == inner)
    #expect(try codec.decompressInPieces(outer, expecting: inner.count) == inner)
  }

  @Test(
    "several members, streams or frames in a row read as one", arguments: ["gz", "bz2", "zstd", "xz", "lz4"])
  func concatenated(name: String) throws {
    let codec = try Codec(parsing: name)
    let parts = [mixture(1000, seed: 1), [], mixture(300_000, seed: 2), mixture(1, seed: 3)]
    let packed = try parts.flatMap { try codec.compress($0) }
    let raw = Array(parts.joined())
    #expect(try codec.decompress(packed, expecting: raw.count) == raw)
    #expect(try codec.decompressInPieces(packed, expecting: raw.count) == raw)
  }

  @Test("zeros behind a gzip member are skipped, as Python does")
  func zeroPadding() throws {
    let raw = mixture(500, seed: 4)
    let packed = try Codec.gzip().compress(raw) + [0, 0, 0]
    let twice = packed + packed
    #expect(try Codec.gzip().decompress(twice, expecting: 1000) == raw + raw)
    #expect(try Codec.gzip().decompressInPieces(twice, expecting: 1000) == raw + raw)
  }

  @Test("skippable zstd frames are skipped, and frames without a size are read")
  func otherZstdFrames() throws {
    let raw = mixture(500, seed: 4)
    let skippable: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]
    let packed = try skippable + Codec.zstd().compress(raw) + skippable
    #expect(try Codec.zstd().decompress(packed, expecting: 500) == raw)
    #expect(try Codec.zstd().decompressInPieces(packed, expecting: 500) == raw)
    // `printf hello | zstd -c --no-check | xxd -p`: a stream from a pipe has no content size.
    let unsized = bytes(hex: "28b52ffd0058290000") + Array("hello".utf8)
    #expect(try Codec.zstd().decompress(unsized, expecting: 5) == Array("hello".utf8))
    #expect(try Codec.zstd().decompressInPieces(unsized, expecting: 5) == Array("hello".utf8))
  }

  @Test("a gzip file names no time")
  func noTime() throws {
    let packed = try Codec.gzip().compress(mixture(100, seed: 1))
    #expect(Array(packed[..<8]) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0])
  }

  @Test("goes to the end of the caller's buffer")
  func intoBuffer() throws {
    let raw = mixture(1000, seed: 1)
    let packed = try Codec.zstd().compress(raw)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1003, alignment: 8)
    defer { memory.deallocate() }
    var out = OutputRawSpan(buffer: memory, initializedCount: 0)
    out.append(1, as: UInt8.self)
    out.append(2, as: UInt8.self)
    try Codec.zstd().decompress(packed.span.bytes, expecting: 1000, into: &out)
    #expect(out.byteCount == 1002)
    let full = #expect(throws: CodecError.self) {
      try Codec.zstd().decompress(packed.span.bytes, expecting: 1000, into: &out)
    }
    #expect(full?.code == .noRoom)
    #expect(out.finalize(for: memory) == 1002)
    #expect(Array(memory[..<1002]) == [1, 2] + raw)
  }

  @Test("the example of the README")
  func example() throws {
    let raw = [UInt8](repeating: 7, count: 100_000)
    // snippet: compression
    let codec = try Codec(parsing: "zstd:3")
    let packed = try codec.compress(raw.span.bytes)
    let again = try codec.decompress(packed.span.bytes, expecting: raw.count)
    // end snippet
    #expect(again == raw)
  }

  @Test("contexts are shared by many threads")
  func threads() async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for seed in 0..<64 as Range<UInt64> {
        group.addTask {
          let codec = try Codec(
            parsing: ["zstd", "gz", "zstd:7", "gz:1", "br:2", "lz4", "snappy"][Int(seed % 7)])
          let raw = mixture(3000 + Int(seed) * 10, seed: seed)
          return try codec.decompress(codec.compress(raw), expecting: raw.count) == raw
        }
      }
      for try await same in group { #expect(same) }
    }
  }
}
