import DatasetLoading
import PythonJSON
import SampleOrder

/// `epochs/`: the sequences of all workers, or the batches that a loader delivers, in some epochs of a run.
package enum EpochsSection: ConformanceSection {
  package static let name = "epochs"

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    let isLoader = try goldenCase.member("kind").text() == "loader"
    if let expected = goldenCase.json.optionalMember("expect"), expected.isError {
      await report.expectError("opening") { _ = try makeRun(goldenCase) }
      return await report.expectError("opening the data set") { try await loaded(goldenCase) { _ in } }
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
      return await report.expectError("epoch 0, loaded") { try await loaded(goldenCase) { _ = try $0.loader() } }
    }
    var run = try makeRun(goldenCase)
    let expected = isLoader ? goldenCase.json : try goldenCase.member("expect")
    let length = try expected.member("len").integer(Int.self)
    report.expect(run.length == length, "expected length \(length), came \(run.length)")
    if isLoader { try checkLoaderLength(goldenCase, run, &report) } else { try checkSizes(expected, run, &report) }
    // What each rank is to be given in each epoch; of a loader one rank alone is known.
    var deliveries: [(epoch: Int, batches: [Int: [[Int64]]])] = []
    for check in checks {
      let epoch = try check.member("epoch").integer(Int.self)
      while run.nextEpoch < epoch { _ = try run.nextPlan() }
      let plan = try run.nextPlan()
      if isLoader {
        let rank = try goldenCase.member("rank").integer(Int.self)
        let expected = try batchList(check.member("batches"))
        let batches = plan.deliveredBatches(rank: rank, droppingLast: try dropsLast(goldenCase))
        report.expect(noDifference: difference(expected, batches), "epoch \(epoch)")
        deliveries.append((epoch, [rank: expected]))
      } else {
        let (ids, shape) = plan.sequences()
        let found = try GoldenArray.difference(check.member("sequences"), from: ids, shape: shape, in: goldenCase)
        report.expect(noDifference: found, "epoch \(epoch)")
        let order = DeliveryOrder(ids, shape: shape)
        let batches = LoadedCase.ranks(of: plan.world, sampleCount: run.shape.sampleCount).map { ($0, order.batches(rank: $0, of: plan.batchSize)) }
        deliveries.append((epoch, Dictionary(uniqueKeysWithValues: batches)))
      }
    }
    try await checkLoaded(goldenCase, deliveries, &report)
  }

  /// The same epochs through data sets and loaders.
  private static func checkLoaded(
    _ goldenCase: GoldenCase, _ deliveries: [(epoch: Int, batches: [Int: [[Int64]]])], _ report: inout CaseReport
  ) async throws {
    let dropsLast = goldenCase.json.optionalMember("loader") != nil ? try dropsLast(goldenCase) : false
    let (options, world) = try (goldenCase.member("args").orderOptions(), goldenCase.member("world").world())
    report = try await LoadedCase.with(goldenCase) { [report] loaded in
      var report = report
      for rank in deliveries.first?.batches.keys.sorted() ?? [] {
        let dataset = try await loaded.open(options, world.seen(from: rank))
        var nextEpoch = 0
        for (epoch, batches) in deliveries {
          while nextEpoch < epoch {
            _ = try dataset.loader()
            nextEpoch += 1
          }
          let came = try await LoadedCase.batches(dataset.loader { $0.dropsLast = dropsLast })
          nextEpoch += 1
          report.expect(
            noDifference: difference(batches[rank] ?? [], came), "epoch \(epoch) of rank \(rank), loaded")
        }
      }
      return report
    }
  }

  /// Opens the case's data set as rank 0.
  private static func loaded(_ goldenCase: GoldenCase, _ body: (StreamingDataset) throws -> Void) async throws {
    let (options, world) = try (goldenCase.member("args").orderOptions(), goldenCase.member("world").world())
    try await LoadedCase.with(goldenCase) { try await body($0.open(options, world)) }
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
