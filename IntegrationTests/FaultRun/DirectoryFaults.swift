import FakeObjectStores
import Foundation
import Streaming

/// A file system whose locks exclude nobody, as some network file systems: refused with the reason, nothing is fetched.
func noLocks(_ stage: Stage) async throws -> String {
  guard let library = try interposedFaults(stage) else { return "skipped, needs clang" }
  let child = try stage.read(faults: ["LD_PRELOAD": library, "FAULT_NO_LOCKS": "1"])
  try expect(try await !child.ended(), "expected an error, the process read everything")
  try expect(child.text.contains("file locks that exclude each other"), "expected the reason, found: \(child.text)")
  try expect(try stage.shardFiles().isEmpty, "shards were fetched without a lock")
  return "refused with the reason"
}

/// A full cache that can't be written, such as one that is baked into an image: it is read as it is, by many at once.
func readOnly(_ stage: Stage) async throws -> String {
  let first = try stage.read()
  try expect(try await first.ended(), first.text)
  let isRoot = geteuid() == 0
  if isRoot {
    // Rights don't stop root, a mount does.
    guard try run("mount", "--bind", stage.cache, stage.cache) == 0 else { return "skipped, needs the right to mount" }
    try expect(try run("mount", "-o", "remount,bind,ro", stage.cache) == 0, "the mount did not become read-only")
  } else {
    try expect(chmod(stage.cache, 0o555) == 0, "the rights did not change")
  }
  defer { _ = isRoot ? try? run("umount", "-l", stage.cache) : chmod(stage.cache, 0o755) }
  let before = stage.server.requests.count { $0.key.contains("shard") }
  let children = try (0..<2).map { try stage.read("rank=\($0)", "ranks=2", "epochs=2") }
  for child in children { try expect(try await child.ended(), child.text) }
  let after = stage.server.requests.count { $0.key.contains("shard") }
  try expect(before == after, "\(after - before) shards were asked for")
  return "2 processes read 2 epochs from it, no shard was asked for"
}

/// Two data sets that are given the same directory: the second one is refused, naming the first one's address.
func otherRemote(_ stage: Stage) async throws -> String {
  try await SampleContent.write(Stage.sampleCount, to: stage.folder + "/server/data/other", version: 1)
  let first = try stage.read("tell=1", "pause=20")
  try await first.said("at 1")
  let second = try stage.read("remote=s3://data/other", "version=1")
  try expect(try await !second.ended(), "expected an error, the process read everything")
  try expect(second.text.contains("in use for s3://data/set"), "expected the address, found: \(second.text)")
  try expect(try await first.ended(), first.text)
  try stage.checkConsistent()
  return "the second data set is refused, the first one is not disturbed"
}
