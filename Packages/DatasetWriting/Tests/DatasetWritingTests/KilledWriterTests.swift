import BinaryIO
import DatasetWriting
import Foundation
import ObjectStorage
import ShardFormats
import TestSupport
import Testing

/// Where a child process kills itself.
struct KillPoint: Codable, Sendable {
  let directory: String
  let seed: UInt64
  /// The call to the store at which it dies; −1: none.
  let call: Int
  /// Whether before the call is made, or after.
  let isBefore: Bool
  /// The sample at which it dies; −1: none.
  let sample: Int
}

private let killedCount = 120
private let samplesPerRun = 200

private func die() async {
  kill(getpid(), SIGKILL)
  await Gate().pass()
}

/// Writes, from wherever an earlier process stopped, over a store of which 5 % of the calls fail.
private func write(
  to directory: String, seed: UInt64, before: @escaping @Sendable (Int) async -> Void = { _ in },
  after: @escaping @Sendable (Int) async -> Void = { _ in }, sample stop: Int = -1
) async throws {
  let watched = WatchedStore(
    FaultInjectingStore(
      LocalStore(directory + "/store"), seed: seed,
      rates: [.unavailable: 0.02, .timedOut: 0.02, .lostAnswer: 0.01]),
    before: { (call, _) async throws(ObjectStoreError) in await before(call) },
    after: { (call, _) async throws(ObjectStoreError) in await after(call) })
  let options = killedOptions
  var writer = try PlainWriter(
    to: watched, local: directory + "/local", format: PlainFormat(options), options: options)
  let durable = try await writer.durableSampleCount()
  for number in durable..<samplesPerRun {
    if stop >= 0, number >= stop { await die() }
    try await writer.write(sample(number))
  }
  _ = try await writer.finish()
}

/// Dies at the point, or at the end.
private func writeUntilKilled(_ point: KillPoint) async throws {
  try await write(
    to: point.directory, seed: point.seed,
    before: { call in if point.isBefore, call == point.call { await die() } },
    after: { call in if !point.isBefore, call == point.call { await die() } }, sample: point.sample)
  await die()
}

private var killedOptions: WriterOptions {
  smallShards {
    $0.resumes = true
    $0.retry = RetryPolicy(attempts: 20, baseDelay: .microseconds(10), maximumDelay: .microseconds(100))
  }
}

@Suite("Shard writer: killed") struct KilledWriterTests {
  @Test("killed at 120 random points over a flaky store, it ends as if undisturbed", .timeLimit(.minutes(5)))
  func killed() async throws {
    let expected = try await undisturbed(samplesPerRun, killedOptions)
    let log = try await callCount()
    try await withTemporaryDirectory { path in
      var numbers = SystemRandomNumberGenerator()
      var (finished, indexes, resumed) = (0, 0, 0)
      for run in 0..<killedCount {
        let directory = path + "/\(finished)"
        let atSample = run % 3 == 2
        let point = KillPoint(
          directory: directory, seed: UInt64(run),
          call: atSample ? -1 : Int.random(in: 0..<log, using: &numbers),
          isBefore: Bool.random(using: &numbers),
          sample: atSample ? Int.random(in: 0..<samplesPerRun, using: &numbers) : -1)
        await #expect(processExitsWith: .signal(SIGKILL)) { [point = point as KillPoint] in
          try await writeUntilKilled(point)
        }
        // Whatever index there is names only what is there whole.
        let store = try await contents(of: LocalStore(directory + "/store"))
        let hasIndex = store["index.json"] != nil
        if hasIndex {
          indexes += 1
          _ = try check(store)
        }
        if !store.isEmpty { resumed += 1 }
        guard hasIndex || run % 6 == 5 || run == killedCount - 1 else { continue }
        do {
          try await write(to: directory, seed: UInt64(run))
        } catch let error as WritingError {
          #expect(error.code == .alreadyFinished && hasIndex, "\(error)")
        }
        #expect(try await contents(of: LocalStore(directory + "/store")) == expected, "\(point)")
        finished += 1
      }
      #expect(finished >= killedCount / 6)
      #expect(resumed > killedCount / 4)
      #expect(indexes > 0, "some must have died between the index and the end")
    }
  }

  /// How many calls an undisturbed run makes.
  private func callCount() async throws -> Int {
    try await withTemporaryDirectory { path in
      let store = WatchedStore(MemoryStore())
      let options = killedOptions
      var writer = try PlainWriter(to: store, local: path, format: PlainFormat(options), options: options)
      for number in 0..<samplesPerRun { try await writer.write(sample(number)) }
      _ = try await writer.finish()
      return store.log.count
    }
  }
}
