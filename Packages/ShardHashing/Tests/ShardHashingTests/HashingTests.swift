import ShardHashing
import TestSupport
import Testing

/// The bytes of the vectors: long enough to pass every block size, without a short period.
func pattern(_ byteCount: Int) -> [UInt8] {
  (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 * 131 + ($0 >> 8) * 7) }
}

@Suite("Hashing") struct HashingTests {
  @Test("gives upstream's digest for every algorithm and size")
  func upstream() throws {
    for row in upstreamDigests {
      let bytes = pattern(row.byteCount)
      let digest = try HashAlgorithm(parsing: row.name).digest(of: bytes.span.bytes)
      #expect(digest.hex == row.hex, "\(row.name) over \(row.byteCount) bytes")
    }
    #expect(Set(upstreamDigests.map(\.name)) == Set(HashAlgorithm.all.map(\.name)))
  }

  @Test("does not depend on how the bytes are cut", arguments: HashAlgorithm.all, 0..<8 as Range<UInt64>)
  func cutting(algorithm: HashAlgorithm, seed: UInt64) {
    var numbers = SplitMix64(state: seed)
    let bytes = pattern(Int.random(in: 0...5000, using: &numbers))
    var hash = IncrementalHash(algorithm)
    var several = IncrementalHashes([algorithm, .xxh64])
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Int.random(in: 0...700, using: &numbers))
      hash.update(bytes.span.bytes.extracting(start..<end))
      several.update(bytes.span.bytes.extracting(start..<end))
      start = end
    }
    let whole = algorithm.digest(of: bytes.span.bytes)
    #expect(hash.finalize() == whole)
    #expect(several.finalize() == [whole, HashAlgorithm.xxh64.digest(of: bytes.span.bytes)])
  }

  @Test("several hashes over more than a block, one of them twice")
  func several() {
    let bytes = pattern(300_001)
    var hashes = IncrementalHashes([.md5, .sha1, .sha1, .xxh3_64])
    hashes.update(bytes.span.bytes)
    let expected = [HashAlgorithm.md5, .sha1, .sha1, .xxh3_64].map { $0.digest(of: bytes.span.bytes) }
    #expect(hashes.finalize() == expected)
  }

  @Test("a flipped bit changes every digest", arguments: HashAlgorithm.all)
  func flippedBit(algorithm: HashAlgorithm) {
    var bytes = pattern(333)
    let before = algorithm.digest(of: bytes.span.bytes)
    for index in bytes.indices {
      bytes[index] ^= 4
      #expect(algorithm.digest(of: bytes.span.bytes) != before)
      bytes[index] ^= 4
    }
    #expect(algorithm.digest(of: bytes.span.bytes) == before)
  }

  @Test(
    "refuses other spellings",
    arguments: ["", "SHA1", "sha-1", "shake_128", "crc32", "xxh3", "sha512_256", "md5 "])
  func unknown(name: String) {
    let error = #expect(throws: HashError.self) { try HashAlgorithm(parsing: name) }
    #expect(error?.code == .unknownName)
    #expect(error?.name == name)
  }

  @Test("a list must be in order, may be empty and may repeat")
  func lists() throws {
    #expect(try HashAlgorithm.list(parsing: []).isEmpty)
    #expect(try HashAlgorithm.list(parsing: ["sha1", "sha1", "xxh64"]) == [.sha1, .sha1, .xxh64])
    let unsorted = #expect(throws: HashError.self) { try HashAlgorithm.list(parsing: ["xxh64", "sha1"]) }
    #expect(unsorted?.code == .unsorted)
    let unknown = #expect(throws: HashError.self) { try HashAlgorithm.list(parsing: ["sha1", "sha9"]) }
    #expect(unknown?.code == .unknownName)
  }

  @Test("hashes move between threads with their state")
  func threads() async {
    let bytes = pattern(10_000)
    let halves = (first: Array(bytes[..<5000]), second: Array(bytes[5000...]))
    let digest = await Task.detached {
      var hash = IncrementalHash(.sha256)
      hash.update(halves.first.span.bytes)
      return await finish(hash, halves.second)
    }.value
    #expect(digest == HashAlgorithm.sha256.digest(of: bytes.span.bytes))
  }

  @Test("the example of the README")
  func example() {
    let pieces: [[UInt8]] = [Array("hello ".utf8), Array("world".utf8)]
    // snippet: hashing
    var hash = IncrementalHash(.xxh64)
    for piece in pieces { hash.update(piece.span.bytes) }
    let digest = hash.finalize().hex
    // end snippet
    #expect(digest == "45ab6734b21e6968")
  }
}

private func finish(_ hash: consuming IncrementalHash, _ rest: [UInt8]) async -> HashDigest {
  await Task.yield()
  hash.update(rest.span.bytes)
  return hash.finalize()
}
