import NumPyRandom
import PythonJSON

/// `rng/`: numpy's generators, as numpy itself answered; `ops` of a check run one after another on one
/// generator.
package enum RngSection: ConformanceSection {
  package static let name = "rng"

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) throws {
    for (number, check) in try goldenCase.checks().enumerated() {
      let difference =
        check.optionalMember("ops") == nil
        ? try seedSequenceDifference(check) : try firstDifference(check, in: goldenCase)
      report.expect(noDifference: difference, "check \(number)")
    }
  }

  /// The first op whose answer differs.
  private static func firstDifference(_ check: JSONValue, in goldenCase: GoldenCase) throws -> String? {
    let seed = try check.member("seed").decimal()
    var source: any RngSource
    switch try check.member("generator").text() {
    case "default_rng": source = NumPyGenerator(seed: try SeedEntropy(parsing: seed))
    case "RandomState": source = try RandomState(seed: try check.member("seed").integer(Int.self))
    case let other: throw GoldenError("case.json: unknown generator \(other)")
    }
    for op in try check.member("ops").elements() {
      let name = try op.member("op").text()
      let arguments = try op.member("args").elements()
      let form = try op.member("expect")
      let difference =
        switch try source.answer(name, arguments) {
        case .integers(let values):
          try GoldenArray.difference(form, from: values, shape: [values.count], in: goldenCase)
        case .doubles(let values): try GoldenFloat.difference(form, from: values, shape: [values.count])
        case .words(let words): try wordDifference(try form.member("hex"), from: words)
        }
      if let difference { return "seed \(seed), \(name)\(try arguments.map(described)): \(difference)" }
    }
    return nil
  }

  /// What differs between hexadecimal words and what came.
  private static func wordDifference(_ hex: JSONValue, from words: [UInt64]) throws -> String? {
    let expected = try hex.elements().map { try $0.text() }
    let came = words.map { GoldenFloat.digits($0) }
    return expected == came ? nil : "expected \(expected), came \(came)"
  }

  /// What differs in a check of `seed-sequence`.
  private static func seedSequenceDifference(_ check: JSONValue) throws -> String? {
    let given = try check.member("entropy")
    let entropy =
      if let list = given.array {
        SeedEntropy(joining: try list.map { try SeedEntropy(parsing: try $0.decimal()) })
      } else {
        try SeedEntropy(parsing: try given.decimal())
      }
    let seeds = SeedSequence(entropy)
    let bits = PCG64(seeds)
    let words32 = try check.member("generate_state_u32").integers(UInt32.self)
    let words64 = try check.member("generate_state_u64").integers(UInt64.self)
    let pool = try check.member("pool").integers(UInt32.self)
    let pcg64 = try check.member("pcg64")
    let expected = [try pcg64.member("state").decimal(), try pcg64.member("inc").decimal()]
    let came = ["\(bits.state)", "\(bits.increment)"]
    if seeds.pool != pool { return "expected the pool \(pool), came \(seeds.pool)" }
    if seeds.state32(words32.count) != words32 { return "expected 32-bit words \(words32)" }
    if seeds.state64(words64.count) != words64 { return "expected 64-bit words \(words64)" }
    return expected == came ? nil : "expected state and increment \(expected), came \(came)"
  }

  private static func described(_ argument: JSONValue) throws -> String {
    try argument.optionalMember("bits")?.text() ?? argument.decimal()
  }
}

/// What an op gives.
private enum RngAnswer {
  case integers([Int64])
  case doubles([Double])
  case words([UInt64])
}

/// A generator that ops can be run on.
private protocol RngSource {
  mutating func answer(_ name: String, _ arguments: [JSONValue]) throws -> RngAnswer
}

extension NumPyGenerator: RngSource {
  fileprivate mutating func answer(_ name: String, _ arguments: [JSONValue]) throws -> RngAnswer {
    switch name {
    case "raw64":
      let count: Int = try arguments[0].integer()
      return .words((0..<count).map { _ in bits.next64() })
    case "permutation": return .integers(permutation(try arguments[0].integer()).map(Int64.init))
    case "shuffle_list", "shuffle_array":
      var values = Array(0..<(try arguments[0].integer(Int64.self)))
      shuffle(&values)
      return .integers(values)
    case "shuffle_tuples":
      var pairs = (0..<(try arguments[0].integer(Int64.self))).map { ($0, $0 + 1) }
      shuffle(&pairs)
      return .integers(pairs.map(\.0))
    case "integers", "integers_scalar":
      let (low, high) = (try arguments[0].integer(Int64.self), try arguments[1].integer(Int64.self))
      let count: Int = try arguments[2].integer()
      if name == "integers" { return .integers(try integers(low, high, count: count)) }
      return .integers(try (0..<count).map { _ in try integers(low, high) })
    case "uniform", "uniform_scalar":
      let (low, high) = (try double(arguments[0]), try double(arguments[1]))
      let count: Int = try arguments[2].integer()
      if name == "uniform" { return .doubles(try uniform(low, high, count: count)) }
      return .doubles(try (0..<count).map { _ in try uniform(low, high) })
    case "random": return .doubles(try random(count: try arguments[0].integer()))
    case "choice":
      let chosen = try choiceWithoutReplacement(try arguments[0].integer(), count: try arguments[1].integer())
      return .integers(chosen.map(Int64.init))
    default: throw GoldenError("case.json: unknown op \(name)")
    }
  }
}

extension RandomState: RngSource {
  fileprivate mutating func answer(_ name: String, _ arguments: [JSONValue]) throws -> RngAnswer {
    switch name {
    case "permutation": return .integers(permutation(try arguments[0].integer()).map(Int64.init))
    case "shuffle_list", "shuffle_array":
      var values = Array(0..<(try arguments[0].integer(Int64.self)))
      shuffle(&values)
      return .integers(values)
    case "randint":
      let (low, high) = (try arguments[0].integer(Int64.self), try arguments[1].integer(Int64.self))
      return .integers(try integers(low, high, count: try arguments[2].integer()))
    case "uniform":
      return .doubles(
        try uniform(try double(arguments[0]), try double(arguments[1]), count: try arguments[2].integer()))
    case "choice":
      let chosen = try choiceWithoutReplacement(try arguments[0].integer(), count: try arguments[1].integer())
      return .integers(chosen.map(Int64.init))
    default: throw GoldenError("case.json: unknown op \(name)")
    }
  }
}

/// A float argument: `{"bits"}`.
private func double(_ argument: JSONValue) throws -> Double {
  try GoldenFloat.double(try argument.member("bits").text())
}
