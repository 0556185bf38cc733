import FakeObjectStores
import Foundation
import Streaming
import Threading

/// Signals in the middle of an epoch over a slow store: the process ends within a second, and of it there is nothing under
/// the cache but whole shards. No handler is needed for that: what is not whole has no name.
func signals(_ stage: Stage) async throws -> String {
  stage.server.inject(.trickle(bytesPerSecond: 100_000), into: .all)
  var told: [String] = []
  for (name, signal) in [("SIGTERM", SIGTERM), ("SIGINT", SIGINT), ("SIGKILL", SIGKILL)] {
    for settings in [[], ["limit=\(stage.indexByteCount + stage.byteCount * 7 / 10)"]] {
      let local = "\(stage.folder)/\(name)-\(settings.count)"
      let child = try stage.start(["read", "tell=1", "batch=4", "pause=20", "local=\(local)"] + settings)
      try await child.said("at 1")
      let start = ContinuousClock.now
      child.send(signal)
      try expect(try await !child.ended(within: .seconds(10)), "it read everything: \(child.text.suffix(200))")
      let took = start.duration(to: .now)
      try expect(took < .seconds(1) && child.endingSignal == signal, "\(name): \(took), \(child.endingSignal ?? 0)")
      try stage.checkConsistent(local)
      told.append(name)
    }
  }
  stage.server.clearFaults()
  for local in ["SIGTERM-0", "SIGKILL-1"] {
    let next = try stage.read("local=\(stage.folder)/\(local)")
    try expect(try await next.ended(), next.text)
  }
  return "\(told.count) processes ended at once by SIGTERM, SIGINT and SIGKILL, whole shards only after"
}
