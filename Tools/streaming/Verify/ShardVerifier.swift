import DatasetImport
import ShardImages
import Streaming
import Threading

/// What came of one shard.
struct ShardReport: Sendable {
  let shard: Int
  /// Bytes of stored files that were read.
  var byteCount = 0
  /// Samples that were decoded whole.
  var sampleCount = 0
  /// A line each: file, place, what was expected, what was found.
  var damages: [String] = []
}

/// Checks shards one by one, each on a thread that may block; collects all damage instead of stopping at the first.
struct ShardVerifier: Sendable {
  let files: DatasetFiles
  /// A directory for what has to be decompressed or downloaded.
  let scratch: String
  /// Whether to decode images too, which takes most of the time where there are some.
  var decodesImages = true
  /// Samples told by name per shard; the others are counted.
  private static let namedSampleCount = 3

  /// Checks all shards, `jobs` at a time; tells `each` about every one as it is done.
  /// - Returns: the reports in the order of the shards.
  func verifyAll(
    _ index: DatasetIndex, jobs: Int, _ each: @Sendable (ShardReport) -> Void
  ) async throws -> [ShardReport] {
    try await withThrowingTaskGroup(of: ShardReport.self) { group in
      var reports: [ShardReport] = []
      var next = 0
      while next < min(jobs, index.shards.count) {
        let (number, info) = (next, index.shards[next])
        group.addTask { try await verify(number, info) }
        next += 1
      }
      while let report = try await group.next() {
        each(report)
        reports.append(report)
        if next < index.shards.count {
          let (number, info) = (next, index.shards[next])
          group.addTask { try await verify(number, info) }
          next += 1
        }
      }
      return reports.sorted { $0.shard < $1.shard }
    }
  }

  /// Checks one shard.
  /// - Throws: only what is not the shard's fault, such as a full disk below the scratch directory.
  func verify(_ number: Int, _ info: ShardInfo) async throws -> ShardReport {
    var report = ShardReport(shard: number)
    let folder = "\(scratch)/\(number)"
    try FileSystem.createDirectory(folder)
    defer { try? FileSystem.removeTree(folder) }
    var paths: [String] = []
    for (raw, zip) in info.files {
      let check = FileCheck(files: files, raw: raw, zip: zip, compression: info.compression, folder: folder)
      let outcome = try await check.run()
      report.byteCount += outcome.byteCount
      report.damages += outcome.damages
      if let path = outcome.rawPath { paths.append(path) }
    }
    guard paths.count == info.files.count else { return report }
    let filePaths = paths
    let samples = await BlockingPool.shared.run { decodeAll(info, filePaths) }
    report.sampleCount = samples.decodedCount
    report.damages += samples.damages
    return report
  }

  /// Opens the shard, which checks its head and offsets, and decodes every value.
  private func decodeAll(_ info: ShardInfo, _ paths: [String]) -> (decodedCount: Int, damages: [String]) {
    do {
      return decodeAll(try DatasetShards.open(info, paths), info.rawData.basename)
    } catch {
      return (0, [oneLine(error, info.rawData.basename)])
    }
  }

  private func decodeAll(_ reader: any ShardReader, _ name: String) -> (decodedCount: Int, damages: [String])
  {
    var decodedCount = 0
    var damages: [String] = []
    var unnamedCount = 0
    for index in 0..<reader.count {
      do {
        let sample = try reader.sample(at: index)
        _ = try sample.values()
        if decodesImages { try decodeImages(of: sample) }
        decodedCount += 1
      } catch {
        if damages.count < Self.namedSampleCount {
          damages.append(oneLine(error, name))
        } else {
          unnamedCount += 1
        }
      }
    }
    if unnamedCount > 0 { damages.append("\(name): \(unnamedCount) more samples that cannot be decoded") }
    return (decodedCount, damages)
  }

  /// Decodes the JPEG and PNG files of a sample, which are handed out as they are stored otherwise.
  private func decodeImages(of sample: borrowing Sample) throws(ImageError) {
    for (number, column) in sample.columns.enumerated() {
      switch column.encoding {
      case .jpeg, .png: _ = try sample.pixels(column: number)
      case .listJPEG, .listPNG, .jpegArray, .jpegarray: _ = try sample.pixelsList(column.name)
      default: continue
      }
    }
  }

  /// The first line of an error, with the shard's name instead of the path that it was read from.
  private func oneLine(_ error: any Error, _ name: String) -> String {
    var line = firstLine(of: error)
    for folder in [scratch, files.directory].compactMap(\.self) {
      line = line.replacing("\(folder)/", with: "")
    }
    return line.hasPrefix(name) ? line : "\(name): \(line)"
  }
}

/// The first line of an error's description: what was expected and found, without the remedy.
func firstLine(of error: any Error) -> String {
  String("\(error)".prefix { !$0.isNewline })
}
