import FakeObjectStores
import Foundation
import Streaming
import Threading

/// A process that holds shards in a cache with a limit, or one that wants another shard there.
struct RoomUser {
  /// - Parameter arguments: the role, the address of the index's file, the cache's directory, the limit and a number:
  ///   for `hold` the milliseconds after which it lets go of one of its two shards, for `want` the shard.
  static func run(_ arguments: [String]) async throws {
    guard arguments.count == 5, let limit = Int(arguments[3]), let number = Int(arguments[4]) else {
      throw Unexpected("expected a role, an index, a directory, a limit and a number")
    }
    let bytes = try FileSystem.readAll(arguments[1])
    let index = try DatasetIndex(parsing: bytes.span.bytes, file: arguments[1])
    let budget = CacheBudget(limit: ByteCount(limit))
    let store = try await ObjectStoreRegistry.standard.open(StoreURL(parsing: "s3://data/set"))
    try FileSystem.createDirectory(arguments[2])
    let cache = try ShardCache.open(
      directory: arguments[2], shards: index.shards, store: store,
      stamp: CacheStamp(shardCount: index.shards.count, index: bytes.span.bytes, remote: "s3://data/set"), budget: budget)
    if arguments[0] == "hold" {
      var pins = [try cache.pin(0), try cache.pin(1)]
      for shard in 0..<2 { try await cache.fetch(shard) }
      printLine("holding")
      try await delay(for: .milliseconds(number), charging: StallCause("the time to let go"))
      pins.removeLast()
      printLine("let go")
      try await delay(for: .seconds(600), charging: StallCause("the end"))
      withExtendedLifetime(pins) {}
    } else {
      printLine("waiting")
      let start = ContinuousClock.now
      try await cache.fetch(number)
      let (seconds, attoseconds) = start.duration(to: .now).components
      printLine("fetched after \(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms, looked \(budget.lookCount)")
    }
  }
}

extension Stage {
  /// Starts a process that holds or wants shards.
  func useRoom(_ role: String, _ number: Int) throws -> Child {
    let limit = indexByteCount + (0..<2).reduce(0) { $0 + index.shards.rawByteCount(of: $1) } + largestShard / 2
    return try start(["use-room", role, folder + "/server/data/set/index.json", cache, "\(limit)", "\(number)"])
  }
}

/// A process that waits for room in a cache that another one has filled: it hears of each release, and of the death of the
/// other one, and looks for room at no other time.
func room(_ stage: Stage) async throws -> String {
  func wants(_ shard: Int) async throws -> (child: Child, report: () async throws -> (waited: Int, looks: Int)) {
    let child = try stage.useRoom("want", shard)
    return (child, {
      try expect(try await child.ended(), child.text)
      let words = child.text.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
      try expect(words.count == 2, child.text)
      return (words[0], words[1])
    })
  }
  let first = try stage.useRoom("hold", 2000)
  try await first.said("holding")
  let heard = try await wants(2).report()
  try expect(first.text.contains("let go"), "there was room before the other process let go")
  try expect(heard.waited > 500 && heard.looks <= 4, "\(heard)")
  // It holds one of two shards still: with another one there is no room again.
  let second = try stage.useRoom("hold", 600_000)
  first.kill()
  try await first.ended()
  try await second.said("holding")
  let (child, report) = try await wants(3)
  try await child.said("waiting")
  try await delay(for: .seconds(1), charging: StallCause("nothing"))
  try expect(child.isRunning, "there was room while the other process held it: \(child.text)")
  let killed = ContinuousClock.now
  second.kill()
  let freed = try await report()
  let waited = killed.duration(to: .now)
  try expect(waited < .seconds(2) && freed.waited > 500 && freed.looks <= 4, "\(freed), \(waited) after the death")
  try stage.checkConsistent(afterPruning: true)
  return "a release was heard of after \(heard.waited) ms and \(heard.looks) looks, a death after \(freed.looks) looks"
}
