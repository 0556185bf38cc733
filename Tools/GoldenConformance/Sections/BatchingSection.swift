import PythonJSON
import SampleOrder

/// `batching/`: the whole work array of an epoch.
package enum BatchingSection: ConformanceSection {
  package static let name = "batching"

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    let shape = try goldenCase.member("streams").datasetShape()
    let world = try goldenCase.member("world").world()
    let options = try goldenCase.member("args").orderOptions()
    for (number, check) in try goldenCase.checks().enumerated() {
      let expected = try check.member("expect")
      let position = EpochPosition(
        epoch: try check.member("epoch").integer(), sampleInEpoch: try check.member("sample_in_epoch").integer())
      if expected.isError {
        await report.expectError("check \(number)") {
          _ = try EpochPlan(shape: shape, options: options, world: world, from: position)
        }
        continue
      }
      let plan = try EpochPlan(shape: shape, options: options, world: world, from: position)
      let shape = [world.nodes, world.ranksPerNode, world.workersPerRank, plan.batchesPerWorker, plan.batchSize]
      report.expect(
        noDifference: try GoldenArray.difference(expected, from: plan.sequences().ids, shape: shape, in: goldenCase),
        "check \(number)")
    }
  }
}
