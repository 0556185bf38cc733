import PythonJSON
import ShardFormats

/// `formats/`: data sets that upstream's writers made, with every encoding, compression, hash and format.
package enum FormatsSection: ConformanceSection {
  package static let name = "formats"

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    let remote = goldenCase.path(try goldenCase.member("dataset").text())
    let isUnsafe = try goldenCase.member("unsafe").flag()
    if isUnsafe {
      await report.expectError("opening a data set with pickles without leave") {
        _ = try await GoldenDataset(inPlace: remote, allowsUnsafeTypes: false)
      }
    }
    // The hashes of the index are compared while shards are fetched, so open through an empty cache, once per hash.
    let hashes = goldenCase.json["writer"]?["hashes"]?.array?.compactMap(\.string) ?? []
    for hash in hashes.map(Optional.some) + (hashes.isEmpty ? [nil] : []) {
      let outcome = try await goldenCase.withScratchDirectory { scratch in
        var outcome = report
        let dataset = try await GoldenDataset(
          cache: scratch + "/cache", of: remote, hash: hash, allowsUnsafeTypes: isUnsafe)
        try await compare(dataset, with: goldenCase, &outcome)
        return outcome
      }
      report = outcome
    }
  }

  private static func compare(
    _ dataset: GoldenDataset, with goldenCase: GoldenCase, _ report: inout CaseReport
  ) async throws {
    let count = try goldenCase.member("num_samples").integer(Int.self)
    report.expect(dataset.sampleCount == count, "expected \(count) samples, came \(dataset.sampleCount)")
    let counts = try goldenCase.member("shard_samples").integers(Int.self)
    report.expect(
      dataset.sampleCounts == counts, "expected shards of \(counts), came \(dataset.sampleCounts)"
    )
    let samples = try goldenCase.member("samples").elements()
    for (id, form) in samples.enumerated() {
      report.expect(
        noDifference: try GoldenSample.difference(form, from: try await dataset.sample(id)), "sample \(id)")
    }
  }
}
