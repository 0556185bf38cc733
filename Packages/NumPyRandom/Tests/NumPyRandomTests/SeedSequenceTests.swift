import NumPyRandom
import Testing

struct SeedSequenceTests {
  struct Vector: Decodable {
    let entropy, key: [String]
    let pool_size: Int
    let pool, state32, state64, grandchild, pcg64, mt19937: String
  }

  @Test(
    "pools, states, children and seeded generators are numpy's, for entropy, keys and pools of many sizes")
  func vectors() throws {
    let vectors = try readVectors("seeds", [Vector].self)
    #expect(vectors.count == 60)
    for vector in vectors {
      let sources = try vector.entropy.map { try SeedEntropy(parsing: $0) }
      let keys = try vector.key.map { try SeedEntropy(parsing: $0) }
      var sequence = try SeedSequence(
        SeedEntropy(joining: sources), spawnKey: SeedEntropy(joining: keys), poolWordCount: vector.pool_size)
      var child = sequence.spawn(3)[2]
      #expect(sequence.spawnedCount == 3)
      #expect(answer(sequence.pool) == vector.pool)
      #expect(answer(sequence.state32(11)) == vector.state32)
      #expect(answer(sequence.state64(7)) == vector.state64)
      #expect(answer(child.spawn(1)[0].state32(5)) == vector.grandchild)
      #expect(answer(words(of: PCG64(sequence))) == vector.pcg64)
      #expect(answer(words(of: MT19937(sequence))) == vector.mt19937)
    }
  }

  @Test("a spawned child continues where the last call stopped")
  func spawnContinues() {
    var once = SeedSequence(5)
    var twice = SeedSequence(5)
    #expect(once.spawn(4) == twice.spawn(1) + twice.spawn(0) + twice.spawn(3))
    #expect(once == twice)
    #expect(once.spawn(-1).isEmpty)
  }

  // np.random.bit_generator._coerce_to_uint32_array(…).tolist()
  @Test(
    "integers become 32-bit words as in numpy",
    arguments: [
      ("0", [0]), ("12345", [12345]), ("0x12345", [74565]), ("4294967296", [0, 1]),
      (
        "1234567890123456789012345678901234567890",
        [3_460_238_034, 2_898_026_390, 3_235_640_248, 2_697_535_605, 3]
      ),
      ("00017", [17]),
    ] as [(String, [UInt32])])
  func split(text: String, words: [UInt32]) throws {
    #expect(try SeedEntropy(parsing: text).words == words)
  }

  @Test("literals, integers and texts of the same number are the same entropy")
  func forms() throws {
    #expect(try SeedEntropy(parsing: "9176") == 9176 && SeedEntropy(checking: Int8(17)) == 17)
    #expect(SeedEntropy(UInt64(1) << 40).words == [0, 256])
    #expect((try SeedEntropy(checking: UInt128(1) << 100)).words == [0, 0, 0, 16])
    let list: SeedEntropy = [1, 2, 3]
    #expect(list == SeedEntropy(words: [1, 2, 3]))
  }

  @Test(
    "texts that are no integer, and negative ones, are refused",
    arguments: [
      ("", .unreadable), ("0x", .unreadable), ("1.5", .unreadable), ("12a", .unreadable), ("-", .unreadable),
      ("٣", .unreadable), ("0xgg", .unreadable), ("-5", .negativeSeed),
    ] as [(String, NumPyRandomError.Code)])
  func refused(text: String, code: NumPyRandomError.Code) {
    let error = #expect(throws: NumPyRandomError.self) { try SeedEntropy(parsing: text) }
    #expect(error?.code == code && error?.parameter == "seed")
  }

  @Test("negative seeds and small pools are refused")
  func bounds() {
    #expect(throws: NumPyRandomError.self) { try SeedEntropy(checking: -1) }
    #expect(throws: NumPyRandomError.self) { try NumPyGenerator(seed: Int.min) }
    #expect(throws: NumPyRandomError.self) { try SeedSequence(1, poolWordCount: 3) }
    #expect(throws: NumPyRandomError.self) { try SeedSequence(1, poolWordCount: 4, spawnedCount: -1) }
    #expect(throws: NumPyRandomError.self) { try SeedSequence(1, poolWordCount: 4, spawnedCount: Int.max) }
  }
}
