import Foundation
import Streaming
import Threading

/// One reading process: reads epochs through the cache and checks every sample.
struct Reader {
  /// What it does, told as `name=value`.
  private let settings: [String: String]

  init(_ arguments: ArraySlice<String>) {
    settings = Dictionary(
      arguments.compactMap { argument in
        let parts = argument.split(separator: "=", maxSplits: 1)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
      }, uniquingKeysWith: { $1 })
  }

  private func number(_ name: String, _ absent: Int) -> Int { settings[name].flatMap { Int($0) } ?? absent }

  func run() async throws {
    let world = try World(nodes: 1, ranksPerNode: number("ranks", 1)).seen(from: number("rank", 0))
    var cache = CacheOptions()
    cache.checksResidents = number("check", 0) == 1
    cache.lockTimeout = .seconds(120)
    let stream = DataStream(remote: settings["remote"] ?? "s3://data/set", local: settings["local"], cache: cache)
    let dataset = try await StreamingDataset([stream], batchSize: number("batch", 16), world: world) {
      $0.shuffle = .py1s
      $0.blockSize = 400
      $0.canonicalNodes = 1
      $0.seed = 7
      $0.predownload = 64
      $0.cacheLimit = number("limit", 0) > 0 ? ByteCount(number("limit", 0)) : nil
    }
    let before = Resources()
    var sampleCount = 0
    for _ in 0..<number("epochs", 1) {
      let loader = try dataset.loader()
      var batchCount = 0
      for try await batch in loader {
        try SampleContent.check(batch, version: number("version", 0))
        sampleCount += batch.rowCount
        batchCount += 1
        if number("tell", 0) > 0, batchCount % number("tell", 0) == 0 { printLine("at \(batchCount)") }
        if batchCount == number("leave", -1) { break }
        let pause = number("pause", 0)
        if pause > 0 { try await delay(for: .milliseconds(pause), charging: StallCause("a slow consumer")) }
      }
      if number("leave", -1) > 0 {
        try await leave(loader, before)
        return
      }
      try expect(batchCount == loader.batchCount, "expected \(loader.batchCount) batches, got \(batchCount)")
    }
    printLine("read \(sampleCount)")
  }

  /// Closes the loader in the middle: within a second nothing of it may be left.
  private func leave(_ loader: Loader, _ before: Resources) async throws {
    let start = ContinuousClock.now
    loader.close()
    try await BlockingPool.shared.run { try loader.closeAndWait(until: .after(.seconds(1))) }
    // The kernel takes a thread out of its list a moment after it has ended; a transfer is broken off by its own thread.
    var after = Resources()
    while after.threads + after.temporaries > 0 || after.lockFiles > before.lockFiles, start.duration(to: .now) < .seconds(1) {
      try await delay(for: .milliseconds(5), charging: StallCause("threads to end"))
      after = Resources()
    }
    let waited = start.duration(to: .now)
    try expect(after.threads == 0, "\(after.threads) threads of the loader after \(waited)")
    try expect(after.lockFiles <= before.lockFiles, "\(after.lockFiles) lock files open, \(before.lockFiles) before")
    try expect(after.temporaries == 0, "\(after.temporaries) temporary files open")
    printLine("left nothing after \(waited)")
  }
}

/// Threads and files of this process, as the kernel lists them.
struct Resources {
  var threads = 0
  var lockFiles = 0
  var temporaries = 0

  init() {
    let manager = FileManager.default
    for task in (try? manager.contentsOfDirectory(atPath: "/proc/self/task")) ?? [] {
      let name = (try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)) ?? ""
      if name.hasPrefix("st-loader") || name.hasPrefix("st-lock") || name.hasPrefix("st-forecast") { threads += 1 }
    }
    for file in (try? manager.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
      let target = (try? manager.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(file)")) ?? ""
      if target.hasSuffix("/.streaming-cache") { lockFiles += 1 }
      if target.hasSuffix(".tmp") || target.contains("/#") { temporaries += 1 }
    }
  }
}
