import NumPyRandom

/// Runs the ops of the vectors on a `NumPyGenerator`; "error" where it throws.
struct GeneratorInterpreter<Bits: BitGenerator> {
  var generator: NumPyGenerator<Bits>
  let state: (Bits) -> [UInt64]

  mutating func run(_ op: VectorCase.Op) -> String {
    do { return try answer(of: op.name, op.arguments) } catch {
      return error is NumPyRandomError ? "error" : "\(error)"
    }
  }

  private mutating func answer(of name: String, _ given: [String]) throws -> String {
    func int(_ place: Int) -> Int { Int(given[place]) ?? .min }
    switch name {
    case "state": return NumPyRandomTests.answer(state(generator.bits))
    case "raw": return NumPyRandomTests.answer((0..<int(0)).map { _ in generator.bits.nextRaw() })
    case "shuffle":
      if given[1] == "int32" {
        var ids = Array(0..<Int32(int(0)))
        generator.shuffle(&ids)
        return NumPyRandomTests.answer(ids)
      }
      var ids = Array(0..<int(0))
      generator.shuffle(&ids)
      return NumPyRandomTests.answer(ids)
    case "permutation": return NumPyRandomTests.answer(generator.permutation(int(0)))
    case "integer", "integers", "integers_of": return try integers(name, given)
    case "random": return NumPyRandomTests.answer((0..<int(0)).map { _ in generator.random() })
    case "uniform":
      return NumPyRandomTests.answer(try generator.uniform(float(given[0]), float(given[1]), count: int(2)))
    case "random32": return NumPyRandomTests.answer(try generator.randomFloats(count: int(0)))
    case "permuted":
      let (rows, columns, axis) = (int(0), int(1), int(2))
      return NumPyRandomTests.answer(
        try generator.permuted(
          Array(0..<rows * columns), shape: [rows, columns], axis: axis < 0 ? nil : axis))
    case "normal", "exponential", "normal32", "exponential32", "long_normal", "long_exponential",
      "long_normal32",
      "long_exponential32":
      return try continuous(name.split(separator: "_").last ?? "", given)
    case "choice_weighted":
      let weights = given.dropFirst(2).map(float)
      return NumPyRandomTests.answer(
        given[0] == "1"
          ? try generator.choiceWithReplacement(weights: weights, count: int(1))
          : try generator.choiceWithoutReplacement(weights: weights, count: int(1)))
    case "choice":
      return NumPyRandomTests.answer(
        try generator.choiceWithoutReplacement(int(0), count: int(1), shuffling: given[3] == "1"))
    case "choice_back":
      return NumPyRandomTests.answer(try generator.choiceWithReplacement(int(0), count: int(1)))
    default: return "unknown op \(name)"
    }
  }

  private mutating func continuous(_ name: Substring, _ given: [String]) throws -> String {
    let count = Int(given[given.count - 1]) ?? .min
    switch (name, given.count) {
    case ("normal", 1): return NumPyRandomTests.answer(try generator.standardNormal(count: count))
    case ("normal", _):
      return NumPyRandomTests.answer(
        try generator.normal(mean: float(given[0]), deviation: float(given[1]), count: count))
    case ("exponential", 1): return NumPyRandomTests.answer(try generator.standardExponential(count: count))
    case ("exponential", _):
      return NumPyRandomTests.answer(try generator.exponential(scale: float(given[0]), count: count))
    case ("normal32", _):
      return NumPyRandomTests.answer((0..<count).map { _ in generator.standardNormalFloat() })
    default: return NumPyRandomTests.answer((0..<count).map { _ in generator.standardExponentialFloat() })
    }
  }

  private mutating func integers(_ name: String, _ given: [String]) throws -> String {
    switch given[0] {
    case "int8": try integers(name, given, Int8.self)
    case "uint8": try integers(name, given, UInt8.self)
    case "int16": try integers(name, given, Int16.self)
    case "uint16": try integers(name, given, UInt16.self)
    case "int32": try integers(name, given, Int32.self)
    case "uint32": try integers(name, given, UInt32.self)
    case "int64": try integers(name, given, Int64.self)
    case "uint64": try integers(name, given, UInt64.self)
    default: try bools(name, given)
    }
  }

  private mutating func integers<Value: NumPyInteger & FixedWidthInteger>(
    _ name: String, _ given: [String], _: Value.Type
  ) throws -> String {
    func value(_ text: String) -> Value { Value(text) ?? .max }
    if name == "integers_of" {
      let bounds = given.dropFirst(2).map(value)
      return NumPyRandomTests.answer(
        try generator.integers(
          lows: stride(from: 0, to: bounds.count, by: 2).map { bounds[$0] },
          highs: stride(from: 1, to: bounds.count, by: 2).map { bounds[$0] }, endpoint: given[1] == "1"))
    }
    let (low, high, endpoint) = (value(given[1]), value(given[2]), given[3] == "1")
    if name == "integer" {
      return NumPyRandomTests.answer([try generator.integers(low, high, endpoint: endpoint)])
    }
    return NumPyRandomTests.answer(
      try generator.integers(low, high, endpoint: endpoint, count: Int(given[4]) ?? .min))
  }

  private mutating func bools(_ name: String, _ given: [String]) throws -> String {
    let (low, high, endpoint) = (given[1] != "0", given[2] != "0", given[3] == "1")
    if name == "integer" {
      return NumPyRandomTests.answer([try generator.integers(low, high, endpoint: endpoint)])
    }
    return NumPyRandomTests.answer(
      try generator.integers(low, high, endpoint: endpoint, count: Int(given[4]) ?? .min))
  }
}

/// PCG64's state as the vectors list it.
func words(of bits: PCG64) -> [UInt64] {
  [
    UInt64(bits.state >> 64), UInt64(truncatingIfNeeded: bits.state), UInt64(bits.increment >> 64),
    UInt64(truncatingIfNeeded: bits.increment), bits.hasKeptHalf ? 1 : 0, UInt64(bits.keptHalf),
  ]
}

/// MT19937's state as the vectors list it.
func words(of bits: MT19937) -> [UInt64] { [UInt64(bits.position)] + bits.key.map(UInt64.init) }
