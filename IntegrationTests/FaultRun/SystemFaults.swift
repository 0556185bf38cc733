import Foundation
import Streaming

/// The library that puts faults of the system into a reading process, built for this run; nil without a C compiler.
func interposedFaults(_ stage: Stage) throws -> String? {
  let library = stage.folder + "/faults.so"
  let source = FileManager.default.currentDirectoryPath + "/IntegrationTests/interpose/faults.c"
  return try run("clang", "-shared", "-fPIC", "-O1", source, "-o", library, "-ldl") == 0 ? library : nil
}

/// A wall clock that jumps back and forth by minutes: deadlines and retries are on another one, nothing is noticed.
func clockJumps(_ stage: Stage) async throws -> String {
  guard let library = try interposedFaults(stage) else { return "skipped, needs clang" }
  let jumping = ["LD_PRELOAD": library, "FAULT_CLOCK_JUMP": "600"]
  let limit = stage.indexByteCount + stage.byteCount * 7 / 10
  let epochs = stage.isLong ? 20 : 2
  let children = try (0..<2).map {
    try stage.read("rank=\($0)", "ranks=2", "epochs=\(epochs)", "limit=\(limit)", "batch=4", faults: jumping)
  }
  for child in children { try expect(try await child.ended(), child.text) }
  try stage.checkConsistent()
  return "2 processes, \(epochs) epochs each while their clock jumped by 10 minutes ten times a second"
}

/// A disk that fills up in the middle of a download, without a file system of its own: an error that says so, nothing but
/// whole shards after it, and the next process goes on from there.
func diskFullAnywhere(_ stage: Stage) async throws -> String {
  guard let library = try interposedFaults(stage) else { return "skipped, needs clang" }
  var kept: [Int] = []
  for share in stage.isLong ? Array(stride(from: 5, to: 100, by: 5)) : [20, 60] {
    let faults = ["LD_PRELOAD": library, "FAULT_DISK_BYTES": "\(stage.byteCount * share / 100)"]
    let local = "\(stage.folder)/full-\(share)"
    let full = try stage.read("local=\(local)", faults: faults)
    try expect(try await !full.ended(), "expected an error, the process read everything")
    try expect(full.text.contains("No space left"), "expected the reason, found: \(full.text)")
    try stage.checkConsistent(local, afterPruning: true)
    kept.append(try stage.shardFiles(local).count)
    let next = try stage.read("local=\(local)")
    try expect(try await next.ended(), next.text)
    try stage.checkConsistent(local)
  }
  return "errors with their reason after \(kept) whole shards, each continued by the next process"
}

/// Runs a program and returns its status.
func run(_ arguments: String...) throws -> Int32 {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  return process.terminationStatus
}
