import NumPyRandom

/// Runs the ops of the vectors on a `RandomState`; "error" where it throws.
struct LegacyInterpreter {
  var state: RandomState

  mutating func run(_ op: VectorCase.Op) -> String {
    do { return try answer(of: op.name, op.arguments) } catch {
      return error is NumPyRandomError ? "error" : "\(error)"
    }
  }

  private mutating func answer(of name: String, _ given: [String]) throws -> String {
    func int(_ place: Int) -> Int { Int(given[place]) ?? .min }
    switch name {
    case "state": return NumPyRandomTests.answer(words(of: state.bits))
    case "shuffle":
      var ids = Array(0..<int(0))
      state.shuffle(&ids)
      return NumPyRandomTests.answer(ids)
    case "permutation":
      return NumPyRandomTests.answer(
        int(0) % 2 == 0 ? state.permutation(int(0)) : state.permutation(of: Array(0..<int(0))))
    case "randint": return try integers(given)
    case "random_sample": return NumPyRandomTests.answer(try state.randomSample(count: int(0)))
    case "uniform":
      return NumPyRandomTests.answer(try state.uniform(float(given[0]), float(given[1]), count: int(2)))
    case "normal":
      return NumPyRandomTests.answer(
        try state.normal(mean: float(given[0]), deviation: float(given[1]), count: int(2)))
    case "choice": return NumPyRandomTests.answer(try state.choiceWithoutReplacement(int(0), count: int(1)))
    case "choice_back": return NumPyRandomTests.answer(try state.choiceWithReplacement(int(0), count: int(1)))
    case "choice_weighted":
      let weights = given.dropFirst(2).map(float)
      return NumPyRandomTests.answer(
        given[0] == "1"
          ? try state.choiceWithReplacement(weights: weights, count: int(1))
          : try state.choiceWithoutReplacement(weights: weights, count: int(1)))
    default: return "unknown op \(name)"
    }
  }

  private mutating func integers(_ given: [String]) throws -> String {
    switch given[0] {
    case "int8": try integers(given, Int8.self)
    case "uint8": try integers(given, UInt8.self)
    case "int16": try integers(given, Int16.self)
    case "uint16": try integers(given, UInt16.self)
    case "int32": try integers(given, Int32.self)
    case "uint32": try integers(given, UInt32.self)
    case "int64": try integers(given, Int64.self)
    case "uint64": try integers(given, UInt64.self)
    default:
      NumPyRandomTests.answer(
        try state.integers(given[1] != "0", given[2] != "0", count: Int(given[3]) ?? .min))
    }
  }

  private mutating func integers<Value: NumPyInteger & FixedWidthInteger>(
    _ given: [String], _: Value.Type
  ) throws -> String {
    let (low, high) = (Value(given[1]) ?? .max, Value(given[2]) ?? .min)
    if given[3] == "1" { return NumPyRandomTests.answer([try state.integers(low, high)]) }
    return NumPyRandomTests.answer(try state.integers(low, high, count: Int(given[3]) ?? .min))
  }
}
