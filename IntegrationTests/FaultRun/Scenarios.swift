import FakeObjectStores
import Foundation
import Streaming
import Threading

/// Processes that start at the same instant on an empty cache download each shard exactly once.
func together(_ stage: Stage) async throws -> String {
  let children = try (0..<4).map { try stage.read("rank=\($0)", "ranks=4") }
  for child in children { try expect(try await child.ended(), child.text) }
  var counts: [String: Int] = [:]
  for request in stage.server.requests where request.method == "GET" && request.key.contains("shard") {
    counts[request.key, default: 0] += 1
  }
  try expect(counts.count == stage.index.shards.count, "\(counts.count) shards of \(stage.index.shards.count)")
  for (key, count) in counts { try expect(count == 1, "\(key) was downloaded \(count) times") }
  try stage.checkConsistent()
  return "4 processes at once, each of \(counts.count) shards downloaded once"
}

/// Processes that are killed at random moments: the others go on, what they deliver is right, the cache stays consistent.
func kills(_ stage: Stage) async throws -> String {
  let wanted = stage.isLong ? 200 : 12
  let limit = stage.indexByteCount + stage.byteCount * 7 / 10
  func start(_ rank: Int, epochs: Int = 1000) throws -> Child {
    try stage.read("rank=\(rank)", "ranks=4", "epochs=\(epochs)", "limit=\(limit)", "batch=4")
  }
  var children = try (0..<4).map { try start($0) }
  var random = SystemRandomNumberGenerator()
  var killed = 0
  var most = 0
  while killed < wanted {
    try await delay(for: .milliseconds(Int.random(in: 5...700, using: &random)), charging: StallCause("the next kill"))
    most = max(most, try stage.used())
    let rank = Int.random(in: 0..<4, using: &random)
    for (other, child) in children.enumerated() where !child.isRunning {
      throw Unexpected("rank \(other) ended by itself: \(child.text.suffix(500))")
    }
    children[rank].kill()
    try expect(try await !children[rank].ended(), "rank \(rank) had ended")
    killed += 1
    children[rank] = try start(rank)
  }
  for child in children {
    child.kill()
    try await child.ended()
  }
  // Everybody has died in the middle of something: the next ones find their way.
  let last = try (0..<4).map { try start($0, epochs: 1) }
  for child in last { try expect(try await child.ended(), child.text) }
  try stage.checkConsistent(afterPruning: true)
  most = max(most, try stage.used())
  let allowed = limit + 4 * stage.largestShard
  try expect(most <= allowed, "\(most) bytes in the cache, at most \(allowed) allowed")
  return "\(killed) kills of 4 processes; at most \(most) bytes, temporary files included, with a limit of \(limit)"
}

/// A disk that is full: an error that says so, whole shards only; with a limit, all goes well.
func diskFull(_ stage: Stage) async throws -> String {
  let disk = stage.folder + "/disk"
  try FileSystem.createDirectory(disk)
  guard try run("mount", "-t", "tmpfs", "-o", "size=\(stage.byteCount * 6 / 10 / 4096 * 4096)", "tmpfs", disk) == 0 else {
    return "skipped, needs the right to mount"
  }
  defer { _ = try? run("umount", "-l", disk) }
  let full = try stage.read("local=\(disk)/cache")
  try expect(try await !full.ended(), "expected an error, the process read everything")
  try expect(full.text.contains("No space left"), "expected the reason, found: \(full.text)")
  // It ended with downloads under way: what it left is known as a dead process's.
  try stage.checkConsistent(disk + "/cache", afterPruning: true)
  try FileSystem.removeTree(disk + "/cache")
  let limited = try stage.read(
    "local=\(disk)/cache", "limit=\(stage.indexByteCount + stage.byteCount * 4 / 10)", "epochs=2", "batch=4")
  try expect(try await limited.ended(), limited.text)
  try stage.checkConsistent(disk + "/cache")
  return "an error with its reason, then two epochs within a limit"
}

/// A store that answers 503 for a while: everything waits, then goes on.
func unavailable(_ stage: Stage) async throws -> String {
  let child = try stage.read("tell=1", "pause=5")
  try await child.said("at 2")
  stage.server.inject(.slowDown(retryAfter: 1), into: .all)
  try await delay(for: .seconds(stage.isLong ? 60 : 4), charging: StallCause("the store to recover"))
  let refused = stage.server.requests.count { $0.status == 503 }
  stage.server.clearFaults()
  try expect(try await child.ended(), child.text)
  try expect(refused > 0, "no request met the fault")
  try stage.checkConsistent()
  return "\(refused) requests refused for \(stage.isLong ? 60 : 4) s, everything delivered"
}

/// A data set that is replaced in the store while it is read: the old content or an error, never a mixture.
func replaced(_ stage: Stage) async throws -> String {
  let child = try stage.read("tell=1", "pause=5")
  try await child.said("at 2")
  try await SampleContent.write(Stage.sampleCount, to: stage.folder + "/other", version: 1)
  for name in try FileSystem.list(stage.folder + "/other") {
    let bytes = try FileSystem.readAll(stage.folder + "/other/" + name)
    try FileSystem.write(bytes.span.bytes, to: stage.folder + "/server/data/set/" + name)
  }
  let isWhole = try await child.ended()
  try expect(!child.text.contains("wrong content"), child.text)
  let whole = try stage.shardFiles().count
  if !isWhole {
    try expect(child.text.contains("xxh64") || child.text.contains("bytes"), "expected the reason, found: \(child.text)")
  }
  try stage.checkConsistent(afterPruning: true)
  // A process that starts now has the old index and must not fetch by it.
  let next = try stage.read()
  try expect(try await !next.ended() || whole == stage.index.shards.count, "the change was not noticed")
  try expect(!next.text.contains("wrong content"), next.text)
  return isWhole ? "everything had been fetched before" : "an error that names the hash, old shards intact"
}

/// Shards that another program cuts short while they are mapped: fetched again, everything delivered right.
func cutShort(_ stage: Stage) async throws -> String {
  let child = try stage.read("tell=5", "pause=2", "epochs=\(stage.isLong ? 20 : 3)", "batch=8")
  try await child.said("at 20")
  var cut = 0
  var random = SystemRandomNumberGenerator()
  for _ in 0..<(stage.isLong ? 40 : 8) where child.isRunning {
    if let name = try stage.shardFiles().randomElement(using: &random) {
      let path = stage.cache + "/" + name
      // As a careless program does, in place.
      if truncate(path, off_t(Int.random(in: 0..<8192, using: &random))) == 0 { cut += 1 }
    }
    try await delay(for: .milliseconds(60), charging: StallCause("the next cut"))
  }
  let isWhole = try await child.ended()
  try expect(!child.text.contains("wrong content"), child.text)
  // The same shard may have been hit more often than it is fetched again: then there is an error, never a crash.
  try expect(isWhole || child.text.contains("error: "), child.text)
  let next = try stage.read("check=1")
  try expect(try await next.ended(), next.text)
  return "\(cut) files cut in use, \(isWhole ? "everything delivered" : "an error told of it"), the next run repaired them"
}

/// Shards with a flipped bit on disk: found when hashes are asked for, set aside, fetched again.
func flipped(_ stage: Stage) async throws -> String {
  let first = try stage.read()
  try expect(try await first.ended(), first.text)
  let names = try stage.shardFiles()
  for name in names.prefix(5) {
    let path = stage.cache + "/" + name
    var bytes = try FileSystem.readAll(path)
    bytes[bytes.count / 2] ^= 4
    try FileSystem.write(bytes.span.bytes, to: path)
  }
  let second = try stage.read("check=1")
  try expect(try await second.ended(), second.text)
  let aside = try FileSystem.list(stage.cache + "/.streaming-damaged")
  try expect(aside == Array(names.prefix(5)), "set aside: \(aside)")
  try stage.checkConsistent(afterPruning: true)
  return "5 shards found by their hashes and fetched again"
}

/// A loop left in the middle: within a second no thread, no lock, no temporary file.
func leftEarly(_ stage: Stage) async throws -> String {
  // Slow bodies, so that downloads are under way when the loop is left.
  stage.server.inject(.trickle(bytesPerSecond: 200_000), into: .all)
  for batch in [1, 3, stage.isLong ? 40 : 10] {
    let child = try stage.read("leave=\(batch)", "limit=\(stage.indexByteCount + stage.byteCount)")
    try expect(try await child.ended(), child.text)
    try expect(child.text.contains("left nothing"), child.text)
    try stage.checkConsistent()
  }
  return "3 loops left in the middle, nothing but whole shards after"
}

private func run(_ arguments: String...) throws -> Int32 {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  return process.terminationStatus
}
