import ShardCompression
import TestSupport
import Testing

@Suite("Hostile bytes") struct HostileBytesTests {
  /// A small file of each algorithm whose content is not all alike.
  func small(_ name: String) throws -> (codec: Codec, raw: [UInt8], packed: [UInt8]) {
    let codec = try Codec(parsing: name)
    let raw = mixture(160, seed: 11) + Array("the same again, the same again, the same again".utf8)
    return (codec, raw, try codec.compress(raw))
  }

  @Test(
    "every bit flipped: an error, the right bytes, or wrong ones where there is no checksum",
    arguments: defaults)
  func flippedBits(name: String) throws {
    var (codec, raw, packed) = try small(name)
    var rightCount = 0
    for index in packed.indices {
      for bit in 0..<8 {
        packed[index] ^= 1 << bit
        for case .success(let content) in codec.outcomes(of: packed, expecting: raw.count) {
          #expect(content.count == raw.count)
          if content == raw { rightCount += 1 }
          if codec.hasChecksum { #expect(content == raw, "byte \(index), bit \(bit)") }
        }
        packed[index] ^= 1 << bit
      }
    }
    #expect(rightCount < packed.count * 8, "most flips must be noticed or change the content")
    #expect(try codec.decompress(packed, expecting: raw.count) == raw)
  }

  @Test("cut off anywhere: an error", arguments: defaults)
  func truncated(name: String) throws {
    let (codec, raw, packed) = try small(name)
    for length in 0..<packed.count {
      for outcome in codec.outcomes(of: Array(packed[..<length]), expecting: raw.count) {
        #expect(throws: CodecError.self, "\(length) of \(packed.count)") { try outcome.get() }
      }
    }
  }

  @Test("bytes behind the end: an error", arguments: defaults)
  func trailing(name: String) throws {
    let (codec, raw, packed) = try small(name)
    for tail: [UInt8] in [
      [1], Array("garbage behind the end of the file".utf8), Array(packed.prefix(3)) + [1],
    ] {
      for outcome in codec.outcomes(of: packed + tail, expecting: raw.count) {
        #expect(throws: CodecError.self) { try outcome.get() }
      }
    }
  }

  @Test("a bomb stops at the bound", arguments: defaults)
  func bomb(name: String) throws {
    let codec = try Codec(parsing: name)
    let packed = try codec.compress([UInt8](repeating: 0, count: 1 << 24))
    for bound in [0, 1, 1000, 1 << 18, (1 << 24) - 1] {
      for outcome in codec.outcomes(of: packed, expecting: bound) {
        let error = #expect(throws: CodecError.self) { try outcome.get() }
        #expect(error?.code == .tooLong)
      }
      var received = 0
      _ = try? codec.decompress(packed.span.bytes, expecting: bound) { received += $0.byteCount }
      #expect(received <= bound)
    }
  }

  @Test("less than expected: an error with both numbers", arguments: defaults)
  func tooShort(name: String) throws {
    let (codec, raw, packed) = try small(name)
    for expected in [raw.count + 1, raw.count + 100_000] {
      for outcome in codec.outcomes(of: packed, expecting: expected) {
        let error = #expect(throws: CodecError.self) { try outcome.get() }
        #expect(error?.code == .tooShort)
        #expect(error?.found == "\(raw.count)")
      }
    }
  }

  @Test("a size that nobody has memory for: an error", arguments: defaults)
  func absurdSize(name: String) throws {
    let (codec, _, packed) = try small(name)
    for expected in [Int.max, Int.max - 4095, 1 << 60, -1, .min] {
      #expect(throws: CodecError.self) { try codec.decompress(packed, expecting: expected) }
      #expect(throws: CodecError.self) { try codec.decompressInPieces(packed, expecting: expected) }
    }
  }

  @Test("other files: an error", arguments: defaults)
  func otherFiles(name: String) throws {
    let codec = try Codec(parsing: name)
    var others: [[UInt8]] = [
      [], [0], Array("plain text, not compressed at all".utf8), [UInt8](repeating: 0, count: 5000),
    ]
    for other in defaults where other != name {
      others.append(try Codec(parsing: other).compress(mixture(900, seed: 3)))
    }
    for other in others {
      for outcome in codec.outcomes(of: other, expecting: 900) {
        #expect(throws: CodecError.self) { try outcome.get() }
      }
    }
  }

  @Test("random bytes and random changes never trap", arguments: defaults, 0..<4 as Range<UInt64>)
  func randomChanges(name: String, seed: UInt64) throws {
    var numbers = SplitMix64(state: seed)
    let codec = try Codec(parsing: name)
    let raw = mixture(2000, seed: seed)
    let intact = try codec.compress(raw)
    for _ in 0..<300 {
      var packed = intact
      for _ in 0..<Int.random(in: 1...8, using: &numbers) {
        let index = Int.random(in: 0..<packed.count, using: &numbers)
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: packed[index] = UInt8.random(in: 0...255, using: &numbers)
        case 1: packed.insert(UInt8.random(in: 0...255, using: &numbers), at: index)
        case 2 where packed.count > 1: packed.remove(at: index)
        default: packed[index] = [0, 0xff, 0x7f, 0x80].randomElement(using: &numbers) ?? 0
        }
      }
      for case .success(let content) in codec.outcomes(of: packed, expecting: raw.count) {
        #expect(content.count == raw.count)
        if codec.hasChecksum { #expect(content == raw) }
      }
    }
  }

  @Test("a zstd frame that declares 128 bytes and has none: an error in either form")
  func emptyZstdFrame() throws {
    let packed: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x80, 1, 0, 0]
    let codec = Codec.zstd()
    #expect(throws: CodecError.self) { try codec.decompress(packed.span.bytes, expecting: 0) }
    let error = #expect(throws: CodecError.self) {
      try codec.decompress(packed.span.bytes, expecting: 0) { _ in }
    }
    #expect(error?.code == .damaged)
  }

  @Test("the receiver's error comes back as the cause")
  func receiver() throws {
    struct Full: Error, Equatable {}
    let (codec, raw, packed) = try small("zstd")
    let error = #expect(throws: CodecError.self) {
      try codec.decompress(packed.span.bytes, expecting: raw.count) { (_: RawSpan) throws(Full) in
        throw Full()
      }
    }
    #expect(error?.code == .receiverFailed)
    #expect(error?.cause as? Full == Full())
  }
}
