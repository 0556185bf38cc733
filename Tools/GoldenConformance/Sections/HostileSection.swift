import DatasetLoading
import Foundation
import PythonJSON
import ShardFormats
import ShardHashing
import ShardImages

/// `hostile/`: damaged data sets. What counts is `must`; besides, nothing is written elsewhere, and memory stays small.
package enum HostileSection: ConformanceSection {
  package static let name = "hostile"

  /// What reading one sample gave.
  private enum Outcome {
    case fields([GoldenField])
    case error(any Error)
  }

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    let before = peakMemory()
    let start = ContinuousClock.now
    report = try await goldenCase.withScratchDirectory { [report] scratch in
      var report = report
      let data = scratch + "/data"
      if FileManager.default.fileExists(atPath: goldenCase.path("data")) {
        try FileManager.default.copyItem(atPath: goldenCase.path("data"), toPath: data)
      } else {
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
      }
      try await judge(goldenCase, data: data, cache: scratch + "/cache", &report)
      let left = Set(try listDirectory(scratch)).subtracting(["data", "cache"])
      report.expect(left.isEmpty, "expected no file outside of the cache, came \(left.sorted())")
      return report
    }
    let elapsed = ContinuousClock.now - start
    report.expect(elapsed < .seconds(2), "expected an answer within a second, came after \(elapsed)")
    let growth = peakMemory() - before
    report.expect(growth < 64 << 20, "expected less than 64 MiB of memory, came \(growth >> 20) MiB")
  }

  private static func judge(
    _ goldenCase: GoldenCase, data: String, cache: String, _ report: inout CaseReport
  ) async throws {
    let open = try goldenCase.member("open")
    let must = try goldenCase.member("must")
    let allowsUnsafe = open["allow_unsafe_types"]?.bool ?? false
    let dataset: GoldenDataset
    do {
      dataset =
        try open.member("mode").text() == "remote"
        ? try await GoldenDataset(
          cache: cache, of: data, hash: open["validate_hash"]?.string, allowsUnsafeTypes: allowsUnsafe)
        : try await GoldenDataset(inPlace: data, allowsUnsafeTypes: allowsUnsafe)
    } catch {
      report.expect(isTyped(error), "expected an error with a place and a remedy, came \(error)")
      return
    }
    let intended = goldenCase.json["intended"]?.array ?? []
    var outcomes: [Outcome] = []
    for id in 0..<min(dataset.sampleCount, intended.count + 16) {
      do {
        let fields = try await dataset.sample(id)
        // Image files are handed out as they are stored: what counts is whether their decoder takes them.
        for field in fields { try decodeImages(in: field.value, of: field.column.encoding) }
        outcomes.append(.fields(fields))
      } catch {
        outcomes.append(.error(error))
      }
    }
    if try must.member("open").text() == "error" {
      report.expect(
        everySampleOfAShardFails(outcomes, dataset), "expected opening or a whole shard to fail, came samples"
      )
      return
    }
    try judge(outcomes, by: must, goldenCase, &report)
  }

  private static func judge(
    _ outcomes: [Outcome], by must: JSONValue, _ goldenCase: GoldenCase, _ report: inout CaseReport
  ) throws {
    let intended = goldenCase.json["intended"]?.array ?? []
    for (key, rule) in try must.member("samples").object ?? [:] {
      guard let id = Int(key) else { throw GoldenError("case.json: expected a number, found \(key)") }
      // A sample that the data set does not have cannot be read: an error.
      let outcome = outcomes.indices.contains(id) ? outcomes[id] : .error(GoldenError("no sample \(id)"))
      switch (try rule.text(), outcome) {
      case ("ok", .error(let error)): report.expect(false, "sample \(id): expected a value, came \(error)")
      case ("ok", .fields(let fields)):
        report.expect(noDifference: try GoldenSample.difference(intended[id], from: fields), "sample \(id)")
      case (_, .error(let error)):
        report.expect(
          !outcomes.indices.contains(id) || isTyped(error),
          "sample \(id): expected an error with a place, came \(error)")
      case ("error", .fields): report.expect(false, "sample \(id): expected an error, came a value")
      case (_, .fields(let fields)):
        // Either: an error, or a value that these bytes stand for.
        report.expect(
          noDifference: try explained(
            fields, intended: intended.indices.contains(id) ? intended[id] : nil, id, goldenCase),
          "sample \(id)")
      }
    }
  }

  /// nil when the value is the intended one, upstream's, or a pickle's bytes.
  private static func explained(
    _ fields: [GoldenField], intended: JSONValue?, _ id: Int, _ goldenCase: GoldenCase
  ) throws -> String? {
    if fields.allSatisfy({ $0.column.encoding == .pkl }) { return nil }
    guard let intended else { return nil }
    guard let difference = try GoldenSample.difference(intended, from: fields) else { return nil }
    guard let value = goldenCase.json["upstream"]?["samples"]?[id]?["value"] else { return difference }
    return try GoldenSample.difference(value, from: fields)
  }

  private static func decodeImages(in value: ColumnValue, of encoding: Encoding?) throws {
    switch (encoding, value) {
    case (.jpeg, .bytes(let file)), (.png, .bytes(let file)): _ = try ImageDecoder().decode(file.span.bytes)
    case (.listJPEG, .list(let files)), (.jpegArray, .list(let files)), (.jpegarray, .list(let files)):
      for file in files { try decodeImages(in: file, of: .jpeg) }
    case (.listPNG, .list(let files)): for file in files { try decodeImages(in: file, of: .png) }
    default: return
    }
  }

  /// Whether the error is one of the packages' own, which say where and what to do; anything else was not foreseen.
  private static func isTyped(_ error: any Error) -> Bool {
    error is LoadingError || error is ShardError || error is HashError || error is ImageError
  }

  private static func everySampleOfAShardFails(_ outcomes: [Outcome], _ dataset: GoldenDataset) -> Bool {
    var failed: [Int: Bool] = [:]
    for (id, outcome) in outcomes.enumerated() {
      guard let shard = dataset.shard(of: id) else { continue }
      if case .error = outcome { failed[shard] = failed[shard] ?? true } else { failed[shard] = false }
    }
    return failed.values.contains(true)
  }

  /// The most memory that the process has used so far, in bytes.
  private static func peakMemory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").dropFirst().compactMap { Int($0) }.first ?? 0) << 10
  }
}
