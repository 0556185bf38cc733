import BinaryIO
import PythonJSON
import SampleOrder

/// `sampling/`: numbers with suffixes, stream weights, samples drawn per shard, resampled epochs.
package enum SamplingSection: ConformanceSection {
  package static let name = "sampling"

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    if goldenCase.json.optionalMember("streams") != nil { return try checkResampling(goldenCase, &report) }
    for (number, check) in try goldenCase.checks().enumerated() {
      let expected = try check.member("expect")
      let what = "check \(number)"
      if check.optionalMember("fn") != nil {
        await checkNumber(check, expected, what, &report)
      } else if expected.isError {
        await report.expectError(what) { _ = try weightsOrSampling(check) }
      } else {
        switch try weightsOrSampling(check) {
        case .weights(let weights): try compare(weights, expected, what, &report)
        case .sampling(let counts):
          report.expect(
            noDifference: try GoldenArray.difference(
              expected, from: counts.map(Int64.init), shape: [counts.count], in: goldenCase), what)
        }
      }
    }
  }

  private enum Outcome {
    case weights(EpochWeights)
    case sampling([Int])
  }

  private static func weightsOrSampling(_ check: JSONValue) throws -> Outcome {
    if let streams = check.optionalMember("streams") {
      let counts = try check.member("samples_per_stream").integers(Int.self)
      let shapes = try zip(streams.elements(), counts).map {
        try StreamShape(shardSizes: [$1], weight: $0.streamWeight())
      }
      return .weights(
        try EpochWeights(
          shape: DatasetShape(shapes), epochSize: check.optionalMember("epoch_size")?.integer(),
          seed: ShuffleSeed(parsing: check.member("seed").decimal())))
    }
    return .sampling(
      try sampledShardSizes(
        shardSizes: check.member("samples_per_shard").integers(), choose: check.member("choose").integer(),
        granularity: check.member("granularity").integer(),
        seed: ShuffleSeed(parsing: check.member("seed").decimal()), epoch: check.member("epoch").integer(),
        usingEpoch: check.member("use_epoch").flag()))
  }

  private static func compare(
    _ weights: EpochWeights, _ expected: JSONValue, _ what: String, _ report: inout CaseReport
  ) throws {
    let size = try expected.member("epoch_size").integer(Int.self)
    let choose = try expected.member("choose").integers(Int.self)
    report.expect(weights.epochSize == size, "\(what): expected epoch size \(size), came \(weights.epochSize)")
    report.expect(weights.choose == choose, "\(what): expected choose \(choose), came \(weights.choose)")
    report.expect(
      noDifference: try GoldenFloat.difference(expected.member("proportion_bits"), from: weights.proportions),
      "\(what): proportions")
    report.expect(
      noDifference: try GoldenFloat.difference(expected.member("repeat_bits"), from: weights.repeats),
      "\(what): repeats")
  }

  private static func checkNumber(
    _ check: JSONValue, _ expected: JSONValue, _ what: String, _ report: inout CaseReport
  ) async {
    do {
      let value = try check.member("expect").optionalMember("v").map { try $0.decimal() }
      guard let value, let number = Int(value) else {
        // An error for upstream; or a number beyond 64 bits, which Python holds and we refuse.
        return await report.expectError(what) { _ = try parse(check) }
      }
      let came = try parse(check)
      report.expect(came == number, "\(what): expected \(number), came \(came)")
    } catch {
      report.expect(false, "\(what): expected a number, came \(error)")
    }
  }

  private static func parse(_ check: JSONValue) throws -> Int {
    let input = try check.member("input")
    guard let text = input.string else { return Int(try input.real()) }
    switch try check.member("fn").text() {
    case "number_abbrev_to_int": return try sampleCount(abbreviation: text)
    case "bytes_to_int": return try ByteCount(parsing: text).value
    default: throw GoldenError("case.json: unknown function")
    }
  }

  private static func checkResampling(_ goldenCase: GoldenCase, _ report: inout CaseReport) throws {
    let json = goldenCase.json
    let shape = try json.member("streams").datasetShape()
    let options = try json.member("args").orderOptions()
    let weights = try EpochWeights(shape: shape, epochSize: options.epochSize, seed: options.seed)
    try compare(weights, json, "weights", &report)
    for (number, check) in try goldenCase.checks().enumerated() {
      let stream = try check.optionalMember("stream_id")?.integer(Int.self)
      let (units, ids) = try resampledEpoch(
        shape: shape, options: options, weights: weights, epoch: check.member("epoch").integer(), stream: stream)
      report.expect(
        noDifference: try GoldenArray.difference(
          check.member("shuffle_units"), from: units.map(Int64.init), shape: [units.count], in: goldenCase),
        "check \(number): units")
      report.expect(
        noDifference: try GoldenArray.difference(
          check.member("sample_ids"), from: ids, shape: [ids.count], in: goldenCase), "check \(number): ids")
    }
  }
}
