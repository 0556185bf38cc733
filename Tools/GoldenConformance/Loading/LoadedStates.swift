import DatasetLoading
import PythonJSON
import SampleOrder

/// The cases of `state/` through data sets and loaders: a run that is left with batches assembled ahead, its state, and
/// runs resumed from it in every world that the case tells of.
enum LoadedStates {
  static func checkElastic(_ goldenCase: GoldenCase, _ loaded: LoadedCase, _ report: inout CaseReport) async throws {
    let json = goldenCase.json
    let (options, world) = try (json.member("args").orderOptions(), json.member("world").world())
    let expected = try json.member("state")
    let stopped = try json.member("num_samples").integer(Int.self)
    let epoch = try json.member("epoch").integer(Int.self)
    var order = RankOrder(goldenCase)
    for rank in LoadedCase.ranks(of: world) {
      let dataset = try await loaded.open(options, world.seen(from: rank), passing: epoch)
      let loader = try dataset.loader()
      let (batches, state) = try await LoadedCase.batches(loader, stateAt: stopped)
      report.expect(
        noDifference: difference(try order.batches(loader, rank, json.member("full_epoch")), batches),
        "full epoch of rank \(rank), loaded")
      // A state of more samples than there are is made by hand in the case, not by a loader.
      if let state {
        report.expectEqual(state, expected, "state of rank \(rank), loaded")
      }
    }
    for (number, check) in try goldenCase.checks().enumerated() {
      try await checkResumed(check, expected, goldenCase, loaded, "check \(number)", &report)
    }
  }

  static func checkResumed(
    _ check: JSONValue, _ state: JSONValue, _ goldenCase: GoldenCase, _ loaded: LoadedCase, _ what: String,
    _ report: inout CaseReport
  ) async throws {
    let (options, world) = try (check.member("args").orderOptions(), check.member("world").world())
    let presumed = try check.member("presumed_epoch").integer(Int.self)
    let expected = try check.member("expect")
    let isNegative = (state.optionalMember("sample_in_epoch")?.int ?? 0) < 0
    if expected.isError || isNegative {
      return await report.expectError("\(what), loaded") {
        _ = try await loaded.open(options, world, passing: presumed).loader(resuming: CheckpointState(json: state))
      }
    }
    let start = try CheckpointState(json: state)
    // A data set goes back to the epoch of a state that it is given; upstream's passes over a stale one.
    guard start.epoch >= presumed else { return }
    let after = try check.optionalMember("state_dict_after")?.member("state")
    var (rest, afterwards) = (RankOrder(goldenCase), RankOrder(goldenCase))
    for rank in LoadedCase.ranks(of: world) {
      let dataset = try await loaded.open(options, world.seen(from: rank), passing: presumed)
      let loader = try dataset.loader(resuming: start)
      let (batches, state) = try await LoadedCase.batches(
        loader, stateAt: after?.optionalMember("sample_in_epoch")?.int)
      report.expect(
        noDifference: difference(try rest.batches(loader, rank, expected), batches), "\(what), rank \(rank), loaded")
      if let after, let state {
        report.expectEqual(state, after, "\(what): state of rank \(rank), loaded")
      }
      guard let expected = check.optionalMember("next_epoch_same_process") else { continue }
      let next = try dataset.loader()
      report.expect(
        noDifference: difference(
          try afterwards.batches(next, rank, expected), try await LoadedCase.batches(next)),
        "\(what): next epoch of rank \(rank), loaded")
    }
  }

  static func checkLoader(_ goldenCase: GoldenCase, _ loaded: LoadedCase, _ report: inout CaseReport) async throws {
    let json = goldenCase.json
    let options = try json.member("args").orderOptions()
    let rank = try json.member("rank").integer(Int.self)
    func world(_ workers: String) throws -> World {
      try json.member("world").world().with(workersPerRank: max(1, json.member(workers).integer())).seen(from: rank)
    }
    let epoch = try json.member("epoch").integer(Int.self)
    let count = try json.member("batches_before").integer(Int.self)
    let first = try await loaded.open(options, world("num_workers"), passing: epoch)
    let stopped = try first.loader()
    var last = stopped.initialState
    let before = try await LoadedCase.batches(stopped, limit: count) { last = stopped.state(after: $0) }
    report.expect(noDifference: difference(try batchList(json.member("before")), before), "before, loaded")
    report.expectEqual(last, try json.member("state"), "state, loaded")
    let second = try await loaded.open(options, world("resumed_num_workers"))
    let resumed = try second.loader(resuming: last)
    var states: [CheckpointState] = []
    let after = try await LoadedCase.batches(resumed) { states.append(resumed.state(after: $0)) }
    report.expect(noDifference: difference(try batchList(json.member("after")), after), "after, loaded")
    if let later = json.optionalMember("state_after_2_resumed_batches"), states.count > 1 {
      report.expectEqual(states[1], later, "state after 2 resumed batches, loaded")
    }
    let next = try await LoadedCase.batches(second.loader())
    report.expect(noDifference: difference(try batchList(json.member("next_epoch")), next), "next epoch, loaded")
  }
}

/// The batches that PyTorch's DataLoader gives each rank, from the sequences of the case.
private struct RankOrder {
  private let goldenCase: GoldenCase
  private var known: DeliveryOrder?

  init(_ goldenCase: GoldenCase) { self.goldenCase = goldenCase }

  /// - Throws: ``GoldenError`` when the plan of the first loader asked for has other sequences than the case.
  mutating func batches(_ loader: Loader, _ rank: Int, _ expected: JSONValue) throws -> [[Int64]] {
    if let known { return known.batches(rank: rank, of: loader.plan.batchSize) }
    let (ids, shape) = loader.plan.sequences()
    if let found = try GoldenArray.difference(expected.member("sequences"), from: ids, shape: shape, in: goldenCase) {
      throw GoldenError("the loader's plan: \(found)")
    }
    let order = DeliveryOrder(ids, shape: shape)
    known = order
    return order.batches(rank: rank, of: loader.plan.batchSize)
  }
}
