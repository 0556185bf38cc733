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

/// A data set that is replaced in the store while it is read: an error that names the hash, never a mixture.
func replaced(_ stage: Stage) async throws -> String {
  // A limit has shards fetched again and again, so that the reader is sure to meet the new ones.
  let child = try stage.read(
    "tell=1", "pause=2", "epochs=50", "batch=8", "limit=\(stage.indexByteCount + stage.byteCount / 2)")
  try await child.said("at 10")
  try await SampleContent.write(Stage.sampleCount, to: stage.folder + "/other", version: 1)
  for name in try FileSystem.list(stage.folder + "/other") {
    let bytes = try FileSystem.readAll(stage.folder + "/other/" + name)
    try FileSystem.write(bytes.span.bytes, to: stage.folder + "/server/data/set/" + name)
  }
  try expect(try await !child.ended(), "50 epochs of a data set that is not there any more: \(child.text.suffix(300))")
  try expect(!child.text.contains("wrong content"), child.text)
  try expect(child.text.contains("expected xxh64"), "expected the reason, found: \(child.text.suffix(500))")
  try stage.checkConsistent(afterPruning: true)
  // A process that starts now has the old index and must not fetch by it.
  let next = try stage.read()
  try expect(try await !next.ended(), "the change was not noticed")
  try expect(next.text.contains("another index.json in the store"), "expected the reason, found: \(next.text)")
  try stage.checkConsistent(afterPruning: true)
  return "the reader's error names the hash, the next one's the index; old shards intact"
}

/// Shards that another program cuts short while they are mapped: each is fetched again as often as `attempts` tells, and
/// everything is delivered right; one that is cut again and again is an error that names it. Never a crash.
func cutShort(_ stage: Stage) async throws -> String {
  let child = try stage.read("tell=5", "pause=2", "epochs=\(stage.isLong ? 20 : 3)", "batch=8")
  try await child.said("at 20")
  var cut = 0
  var random = SystemRandomNumberGenerator()
  for name in try stage.shardFiles().shuffled(using: &random).prefix(stage.isLong ? 40 : 8) where child.isRunning {
    // As a careless program does, in place.
    if truncate(stage.cache + "/" + name, off_t(Int.random(in: 0..<8192, using: &random))) == 0 { cut += 1 }
    try await delay(for: .milliseconds(60), charging: StallCause("the next cut"))
  }
  try expect(cut > 0, "nothing was cut")
  try expect(try await child.ended(), child.text)
  try expect(!child.text.contains("wrong content"), child.text)
  let again = try stage.read("tell=5", "pause=2", "epochs=1000", "batch=8")
  try await again.said("at 5")
  guard let victim = try stage.shardFiles().first else { throw Unexpected("no shard is left") }
  let deadline = ContinuousClock.now + .seconds(60)
  while again.isRunning, ContinuousClock.now < deadline {
    _ = truncate(stage.cache + "/" + victim, 100)
    try await delay(for: .milliseconds(20), charging: StallCause("the next cut"))
  }
  try expect(try await !again.ended(within: .seconds(10)), "expected an error, the process read everything")
  try expect(again.text.contains("error: ") && again.text.contains("shard"), "expected the shard, found: \(again.text.suffix(500))")
  let next = try stage.read("check=1")
  try expect(try await next.ended(), next.text)
  return "\(cut) shards cut in use and delivered right; one cut again and again is an error; the next run repairs it"
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
