import NumPyRandom
import Testing

struct StateTests {
  struct Vector: Decodable {
    let kind: String
    let before: String
    let delta, jumped, advanced, raw: String?
    let jumps: Int?
    let seeds: [String]?
    let list: Bool?
    let normals: Int?
    let words, normal: String?
  }

  @Test("PCG64 imports, exports, advances and jumps as numpy does")
  func pcg64() throws {
    let vectors = try readVectors("states", [Vector].self).filter { $0.kind == "PCG64" }
    #expect(vectors.count == 30)
    for vector in vectors {
      var bits = try PCG64(stateJSON: vector.before)
      #expect(bits.stateJSON == vector.before)
      #expect(bits.jumped(try #require(vector.jumps)).stateJSON == vector.jumped)
      bits.advance(by: try #require(vector.delta.flatMap { UInt128($0) }))
      #expect(bits.stateJSON == vector.advanced)
      #expect(answer((0..<5).map { _ in bits.next64() }) == vector.raw)
    }
  }

  @Test("RandomState seeds from lists, imports and exports as numpy does")
  func legacy() throws {
    let vectors = try readVectors("states", [Vector].self).filter { $0.kind == "RandomState" }
    #expect(vectors.count == 8)
    for vector in vectors {
      let seeds = try #require(vector.seeds).compactMap { UInt64($0) }
      var state = vector.list == true ? try RandomState(seeds: seeds) : try RandomState(seed: seeds[0])
      for _ in 0..<(try #require(vector.normals)) { _ = state.standardNormal() }
      #expect(answer(state.bits.key) == vector.words)
      if !vector.before.isEmpty {
        #expect(try RandomState(stateJSON: vector.before) == state)
        state = try RandomState(stateJSON: state.stateJSON)
      }
      #expect(answer(try state.normal(count: 3)) == vector.normal)
      #expect(answer((0..<700).map { _ in state.bits.nextRaw() }) == vector.raw)
    }
  }

  @Test(
    "passing over n draws is drawing n times, and keeps a kept half; advancing drops it", arguments: 0..<70)
  func skip(count: Int) {
    var drawn = PCG64(seed: 3)
    _ = drawn.next32()
    let beforeAll = drawn.state
    var skipped = drawn
    var advanced = drawn
    for _ in 0..<count { _ = drawn.next64() }
    skipped.skip(UInt128(count))
    advanced.advance(by: UInt128(count))
    #expect(skipped == drawn && skipped.hasKeptHalf)
    #expect(advanced.state == drawn.state && !advanced.hasKeptHalf)
    advanced.advance(by: 0 &- UInt128(count))
    #expect(advanced.state == beforeAll)
  }

  @Test(
    "states that are no state are refused by the name of the key",
    arguments: [
      ("", "state at byte 0"), ("{", "state at byte 1"), ("[1,", "state at byte 3"),
      ("{\"a\" 1}", "state at byte 5"),
      ("{} x", "state at byte 3"), ("[[[[[[[[[[1]]]]]]]]]]", "state at byte 8"),
      ("{\"a\\n\": 1}", "state at byte 3"),
      ("{}", "bit_generator"), ("[]", "bit_generator"), ("{\"bit_generator\": \"MT19937\"}", "bit_generator"),
      ("{\"bit_generator\": \"PCG64\"}", "state"),
      ("{\"bit_generator\": \"PCG64\", \"state\": {}, \"has_uint32\": 2}", "has_uint32"),
      (
        "{\"bit_generator\": \"PCG64\", \"state\": {\"state\": -1, \"inc\": 1}, \"has_uint32\": 0, \"uinteger\": 0}",
        "state"
      ),
      (
        "{\"bit_generator\": \"PCG64\", \"state\": {\"state\": 1, \"inc\": 340282366920938463463374607431768211456}, "
          + "\"has_uint32\": 0, \"uinteger\": 0}", "inc"
      ),
      (
        "{\"bit_generator\": \"PCG64\", \"state\": {\"state\": 1, \"inc\": 1}, \"has_uint32\": 0, \"uinteger\": 4294967296}",
        "uinteger"
      ),
    ])
  func refused(json: String, parameter: String) {
    let error = #expect(throws: NumPyRandomError.self) { try PCG64(stateJSON: json) }
    #expect(error?.parameter == parameter)
    #expect(error?.code == (parameter.hasPrefix("state at") ? .unreadable : .state))
  }

  @Test("keys come in any order, others are ignored")
  func anyOrder() throws {
    let json = """
      {"uinteger":7 , "more": [1.5e3, {"x": ""}, []],\n"has_uint32": 1,"state": {"inc": 5, "state": 4},"bit_generator": "PCG64"}
      """
    #expect(try PCG64(stateJSON: json) == PCG64(state: 4, increment: 5, hasKeptHalf: true, keptHalf: 7))
  }

  @Test("a Mersenne Twister of another size, position or seed is refused")
  func twister() throws {
    let key = [UInt32](repeating: 1, count: 624)
    #expect(try MT19937(key: key, position: 624).position == 624)
    for (words, position, name) in [(Array(key.dropLast()), 0, "key"), (key, -1, "pos"), (key, 625, "pos")] {
      let error = #expect(throws: NumPyRandomError.self) { try MT19937(key: words, position: position) }
      #expect(error?.code == .state && error?.parameter == name)
    }
    let bits = try MT19937(legacySeed: 1)
    #expect(try MT19937(stateJSON: bits.stateJSON) == bits)
    #expect(throws: NumPyRandomError.self) { try MT19937(legacySeed: -1) }
    #expect(throws: NumPyRandomError.self) { try MT19937(legacySeed: UInt64(1) << 32) }
    #expect(throws: NumPyRandomError.self) { try MT19937(legacySeeds: [Int]()) }
    #expect(throws: NumPyRandomError.self) { try MT19937(legacySeeds: [1, -1]) }
  }
}
