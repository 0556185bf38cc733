import Foundation
import TestSupport
import Testing

@Suite("streaming order")
struct OrderVerbTests {
  private static let settings = [
    "order", "--shard-sizes", "50,41", "--shard-sizes", "30x3", "--algo", "py1e", "--block-size", "60", "--ranks", "2",
    "--batch-size", "4", "--epoch", "2",
  ]

  private static func run(_ more: String...) async throws -> StreamingProcess { try await StreamingProcess(settings + more) }

  @Test("the table, the file, and what steps and samples tell agree")
  func provenance() async throws {
    try await withTemporaryDirectory { folder in
      let table = try await Self.run()
      #expect(table.status == 0)
      // node rank worker batch  samples
      let rows = table.lines.dropFirst(2).map { $0.split(separator: " ").map(String.init) }
      let batches = rows.count / 2
      #expect(try await Self.run("--out", folder + "/ids").status == 0)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/ids"))
      #expect(bytes.count == rows.count * 4 * 8)
      let starts = [0, 50, 91, 121, 151]
      for step in [0, 7, batches - 1] {
        let told = try await Self.run("--step", "\(step)")
        #expect(told.status == 0 && told.lines.first == "rank sample stream shard row")
        let lines = told.lines.dropFirst().map { $0.split(separator: " ").compactMap { Int($0) } }
        for rank in 0..<2 {
          let row = rows.first { $0[1] == "\(rank)" && $0[3] == "\(step)" } ?? []
          #expect(lines.filter { $0[0] == rank }.map { $0[1] } == row.dropFirst(4).compactMap { Int($0) })
        }
        for line in lines {
          let (id, stream, shard, index) = (line[1], line[2], line[3], line[4])
          #expect(stream == (id < 91 ? 0 : 1) && starts[shard + (stream == 1 ? 2 : 0)] + index == id)
        }
        let sample = try #require(lines.first)
        let steps = try await Self.run("--sample", "\(sample[1])")
        #expect(steps.status == 0 && steps.lines.contains("\(sample[0]) \(step) 0"))
      }
    }
  }

  @Test("steps and samples that are not there are usage errors")
  func refused() async throws {
    for (option, value) in [("--step", "-1"), ("--step", "1000"), ("--sample", "181"), ("--sample", "-1")] {
      let run = try await Self.run("\(option)=\(value)")
      #expect(run.status == 64)
      run.expectError(naming: option)
    }
  }
}
