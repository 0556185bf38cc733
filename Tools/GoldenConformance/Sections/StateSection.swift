import PythonJSON
import SampleOrder

/// `state/`: states, and runs resumed from them.
package enum StateSection: ConformanceSection {
  package static let name = "state"

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    switch try goldenCase.member("kind").text() {
    case "elastic":
      try await checkElastic(goldenCase, &report)
      report = try await loaded(goldenCase, report) { try await LoadedStates.checkElastic(goldenCase, $0, &$1) }
    case "load":
      try await checkOddStates(goldenCase, &report)
      report = try await loaded(goldenCase, report) { loaded, report in
        for check in try goldenCase.checks() {
          let what = try check.member("what").text()
          try await LoadedStates.checkResumed(check, check.member("state"), goldenCase, loaded, what, &report)
        }
      }
    case "loader":
      try checkLoader(goldenCase, &report)
      report = try await loaded(goldenCase, report) { try await LoadedStates.checkLoader(goldenCase, $0, &$1) }
    default: throw GoldenError("case.json: unknown kind")
    }
  }

  private static func loaded(
    _ goldenCase: GoldenCase, _ report: CaseReport, _ body: (LoadedCase, inout CaseReport) async throws -> Void
  ) async throws -> CaseReport {
    try await LoadedCase.with(goldenCase) { loaded in
      var report = report
      try await body(loaded, &report)
      return report
    }
  }

  private static func checkElastic(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    let json = goldenCase.json
    let shape = try json.member("streams").datasetShape()
    var run = try RunOrder(shape: shape, options: json.member("args").orderOptions(), world: json.member("world").world())
    let epoch = try json.member("epoch").integer(Int.self)
    while run.nextEpoch < epoch { _ = try run.nextPlan() }
    let plan = try run.nextPlan()
    try compare(plan, json.member("full_epoch"), goldenCase, "full epoch", &report)
    let state = run.state(sampleCount: try json.member("num_samples").integer(), fromBeginning: true)
    report.expectEqual(state, try json.member("state"), "state")
    let text = String(decoding: state.upstreamJSON.encoded(sortingKeys: true), as: UTF8.self)
    let expected = try json.member("state_json").text()
    report.expect(text == expected, "expected the state's text \(expected), came \(text)")
    for (number, check) in try goldenCase.checks().enumerated() {
      try await checkResumed(check, state.json, shape, goldenCase, "check \(number)", &report)
    }
  }

  private static func checkOddStates(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    let shape = try goldenCase.member("streams").datasetShape()
    for check in try goldenCase.checks() {
      let state = try check.member("state")
      let what = try check.member("what").text()
      if let sample = state.optionalMember("sample_in_epoch")?.int, sample < 0 {
        // Upstream takes a negative sample for one from the end of the array; an error is right.
        await report.expectError(what) { _ = try CheckpointState(json: state) }
      } else {
        try await checkResumed(check, state, shape, goldenCase, what, &report)
      }
    }
  }

  private static func checkResumed(
    _ check: JSONValue, _ state: JSONValue, _ shape: DatasetShape, _ goldenCase: GoldenCase, _ what: String,
    _ report: inout CaseReport
  ) async throws {
    let options = try check.member("args").orderOptions()
    let world = try check.member("world").world()
    let expected = try check.member("expect")
    func resumed() throws -> RunOrder {
      var run = try RunOrder(shape: shape, options: options, world: world)
      let presumed = try check.member("presumed_epoch").integer(Int.self)
      while run.nextEpoch < presumed { run.skipEpoch() }
      run.load(try CheckpointState(json: state))
      return run
    }
    if expected.isError {
      return await report.expectError(what) {
        var run = try resumed()
        _ = try run.nextPlan()
      }
    }
    var run = try resumed()
    let plan = try run.nextPlan()
    try compare(plan, expected, goldenCase, what, &report)
    for (key, fromBeginning) in [("state_dict_after", false), ("state_dict_after_from_beginning", true)] {
      guard let after = check.optionalMember(key) else { continue }
      let later = run.state(sampleCount: try after.member("num_samples").integer(), fromBeginning: fromBeginning)
      report.expectEqual(later, try after.member("state"), "\(what): \(key)")
    }
    if let next = check.optionalMember("next_epoch_same_process") {
      try compare(try run.nextPlan(), next, goldenCase, "\(what): next epoch", &report)
    }
  }

  private static func checkLoader(_ goldenCase: GoldenCase, _ report: inout CaseReport) throws {
    let json = goldenCase.json
    let shape = try json.member("streams").datasetShape()
    let options = try json.member("args").orderOptions()
    let rank = try json.member("rank").integer(Int.self)
    func world(_ workers: String) throws -> World {
      try json.member("world").world().with(workersPerRank: max(1, json.member(workers).integer()))
    }
    var run = try RunOrder(shape: shape, options: options, world: world("num_workers"))
    let epoch = try json.member("epoch").integer(Int.self)
    while run.nextEpoch < epoch { _ = try run.nextPlan() }
    let plan = try run.nextPlan()
    let count = try json.member("batches_before").integer(Int.self)
    report.expect(
      noDifference: difference(
        try batchList(json.member("before")), Array(plan.deliveredBatches(rank: rank).prefix(count))), "before")
    let state = plan.state(afterBatches: count, rank: rank)
    report.expectEqual(state, try json.member("state"), "state")
    run = try RunOrder(shape: shape, options: options, world: world("resumed_num_workers"))
    run.load(state)
    let rest = try run.nextPlan()
    report.expect(
      noDifference: difference(try batchList(json.member("after")), rest.deliveredBatches(rank: rank)), "after")
    if let later = json.optionalMember("state_after_2_resumed_batches") {
      report.expectEqual(rest.state(afterBatches: 2, rank: rank), later, "state after 2 resumed batches")
    }
    report.expect(
      noDifference: difference(
        try batchList(json.member("next_epoch")), try run.nextPlan().deliveredBatches(rank: rank)), "next epoch")
  }

  private static func compare(
    _ plan: EpochPlan, _ expected: JSONValue, _ goldenCase: GoldenCase, _ what: String, _ report: inout CaseReport
  ) throws {
    if let epoch = try expected.optionalMember("epoch")?.integer(Int.self) {
      let sample = try expected.member("sample_in_epoch").integer(Int.self)
      report.expect(
        (plan.position.epoch, plan.position.sampleInEpoch) == (epoch, sample),
        "\(what): expected epoch \(epoch) from sample \(sample), came \(plan.position)")
    }
    let (ids, shape) = plan.sequences()
    report.expect(
      noDifference: try GoldenArray.difference(
        expected.member("sequences"), from: ids, shape: shape, in: goldenCase), what)
  }
}
