import PythonJSON
import SampleOrder

/// `shuffle/`: upstream's `get_shuffle`.
package enum ShuffleSection: ConformanceSection {
  package static let name = "shuffle"

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    for (number, check) in try goldenCase.checks().enumerated() {
      let expected = try check.member("expect")
      if expected.isError {
        await report.expectError("check \(number)") { _ = try makeOrder(check) }
        continue
      }
      let order = try makeOrder(check)
      report.expect(
        noDifference: try GoldenArray.difference(
          expected, from: order.map(Int64.init), shape: [order.count], in: goldenCase), "check \(number)")
    }
  }

  private static func makeOrder(_ check: JSONValue) throws -> [Int] {
    try shuffledOrder(
      ShuffleAlgorithm(parsing: check.member("algo").text()), unitSizes: check.member("shard_sizes").integers(),
      canonicalNodes: check.member("num_canonical_nodes").integer(),
      seed: ShuffleSeed(parsing: check.member("seed").decimal()), epoch: check.member("epoch").integer(),
      blockSize: check.member("block_size").integer())
  }
}
