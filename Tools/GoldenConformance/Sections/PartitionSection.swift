import PythonJSON
import SampleOrder

/// `partition/`: upstream's `get_partitions`.
package enum PartitionSection: ConformanceSection {
  package static let name = "partition"

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    for (number, check) in try goldenCase.checks().enumerated() {
      let expected = try check.member("expect")
      if expected.isError {
        await report.expectError("check \(number)") { _ = try makeView(check) }
        continue
      }
      let view = try makeView(check)
      let (ids, shape) = values(of: view)
      report.expect(
        noDifference: try GoldenArray.difference(expected, from: ids, shape: shape, in: goldenCase), "check \(number)")
    }
  }

  private static func makeView(_ check: JSONValue) throws -> PartitionView {
    try partition(
      PartitionAlgorithm(parsing: check.member("algo").text()),
      sampleCount: check.member("num_samples").integer(),
      canonicalNodes: check.member("num_canonical_nodes").integer(),
      world: World(
        nodes: check.member("num_physical_nodes").integer(), ranksPerNode: check.member("ranks_per_node").integer(),
        workersPerRank: check.member("workers_per_rank").integer()),
      batchSize: check.member("batch_size").integer(), dropFirst: check.member("drop_first").integer(),
      initialNodes: check.optionalMember("initial_physical_nodes")?.integer())
  }

  private static func values(of view: PartitionView) -> ([Int64], [Int]) {
    var ids: [Int64] = []
    for node in 0..<view.nodes {
      for rank in 0..<view.ranksPerNode {
        for worker in 0..<view.workersPerRank {
          for batch in 0..<view.batchesPerWorker {
            for slot in 0..<view.batchSize {
              ids.append(Int64(view[node: node, rank: rank, worker: worker, batch: batch, slot: slot]))
            }
          }
        }
      }
    }
    return (ids, [view.nodes, view.ranksPerNode, view.workersPerRank, view.batchesPerWorker, view.batchSize])
  }
}
