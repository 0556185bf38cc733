import PythonJSON
import SampleOrder

/// `epochs/`: the sequences of all workers, or the batches that a loader delivers, in some epochs of a run.
package enum EpochsSection: ConformanceSection {
  package static let name = "epochs"

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    let isLoader = try goldenCase.member("kind").text() == "loader"
    if let expected = goldenCase.json.optionalMember("expect"), expected.isError {
      return await report.expectError("opening") { _ = try makeRun(goldenCase) }
    }
    let checks = try goldenCase.checks()
    if checks.allSatisfy({ $0.isError }) {
      // Upstream parses names at the first iteration; refusing them earlier is as good.
      for check in checks {
        let epoch = try check.member("epoch").integer(Int.self)
        await report.expectError("epoch \(epoch)") {
          var run = try makeRun(goldenCase)
          while run.nextEpoch < epoch { run.skipEpoch() }
          _ = try run.nextPlan()
        }
      }
      return
    }
    var run = try makeRun(goldenCase)
    let expected = isLoader ? goldenCase.json : try goldenCase.member("expect")
    let length = try expected.member("len").integer(Int.self)
    report.expect(run.length == length, "expected length \(length), came \(run.length)")
    if isLoader { try checkLoaderLength(goldenCase, run, &report) } else { try checkSizes(expected, run, &report) }
    for check in checks {
      let epoch = try check.member("epoch").integer(Int.self)
      while run.nextEpoch < epoch { _ = try run.nextPlan() }
      let plan = try run.nextPlan()
      if isLoader {
        let batches = plan.deliveredBatches(
          rank: try goldenCase.member("rank").integer(), droppingLast: try dropsLast(goldenCase))
        report.expect(
          noDifference: difference(try batchList(check.member("batches")), batches), "epoch \(epoch)")
      } else {
        let (ids, shape) = plan.sequences()
        report.expect(
          noDifference: try GoldenArray.difference(
            check.member("sequences"), from: ids, shape: shape, in: goldenCase), "epoch \(epoch)")
      }
    }
  }

  private static func makeRun(_ goldenCase: GoldenCase) throws -> RunOrder {
    try RunOrder(
      shape: goldenCase.member("streams").datasetShape(), options: goldenCase.member("args").orderOptions(),
      world: goldenCase.member("world").world())
  }

  private static func dropsLast(_ goldenCase: GoldenCase) throws -> Bool {
    try goldenCase.member("loader").optionalMember("drop_last")?.flag() ?? false
  }

  /// PyTorch's `len(loader)`: batches in the length of the dataset.
  private static func checkLoaderLength(
    _ goldenCase: GoldenCase, _ run: RunOrder, _ report: inout CaseReport
  ) throws {
    let expected = try goldenCase.member("loader_len").integer(Int.self)
    let came = try run.batchCount(droppingLast: try dropsLast(goldenCase))
    report.expect(came == expected, "expected \(expected) batches as the loader's length, came \(came)")
  }

  private static func checkSizes(_ expected: JSONValue, _ run: RunOrder, _ report: inout CaseReport) throws {
    let samples = try expected.member("num_samples").integer(Int.self)
    let size = try expected.member("epoch_size").integer(Int.self)
    let choose = try expected.member("choose").integers(Int.self)
    report.expect(run.shape.sampleCount == samples, "expected \(samples) samples, came \(run.shape.sampleCount)")
    report.expect(run.weights.epochSize == size, "expected epoch size \(size), came \(run.weights.epochSize)")
    report.expect(run.weights.choose == choose, "expected choose \(choose), came \(run.weights.choose)")
  }
}
