import BinaryIO
import ObjectStorage
import ShardCompression
import ShardFormats
import ShardHashing
import Synchronization
import TestSupport
import Testing

@testable import DatasetWriting

@Suite("Shard writer: failures") struct WriterFailureTests {
  /// Writes until something fails.
  private func write(_ count: Int, to store: any ObjectStore, local: String?, _ options: WriterOptions)
    async throws
  {
    var writer = try PlainWriter(to: store, local: local, format: PlainFormat(options), options: options)
    for number in 0..<count { try await writer.write(sample(number)) }
    _ = try await writer.finish()
  }

  @Test("whichever call to the store fails, the writer stops with that error and there is no index")
  func everyCall() async throws {
    let count = 40
    let calls = WatchedStore(MemoryStore())
    try await write(count, to: calls, local: nil, smallShards())
    let total = calls.log.count
    #expect(total > 8)
    for failing in 0..<total {
      try await withTemporaryDirectory { path in
        let base = MemoryStore()
        let store = WatchedStore(
          base,
          before: { (call, name) async throws(ObjectStoreError) in
            if call == failing {
              throw ObjectStoreError(.forbidden, url: "mem://\(name)", detail: "call \(call)")
            }
          })
        do {
          try await write(count, to: store, local: path + "/local", smallShards { $0.keepLocal = true })
          Issue.record("call \(failing) of \(total) failed and nobody noticed")
        } catch let error as WritingError {
          #expect(error.code == .uploadFailed)
          #expect((error.cause as? ObjectStoreError)?.code == .forbidden)
        }
        // The last call asks for the index's size: it is in the store then, and names only what is there.
        #expect(try await base.contains("index.json") == (failing == total - 1))
        if failing == total - 1 { _ = try check(try await contents(of: base)) }
        #expect(try FileSystem.status(of: path + "/local/index.json") == nil)
      }
    }
  }

  @Test("a bucket that is not there is told with the first sample, before a shard is full")
  func missingBucket() async throws {
    try await withTemporaryDirectory { path in
      let error = await #expect(throws: WritingError.self) {
        var writer = try PlainWriter(
          to: MissingBucket(), local: path + "/local", format: PlainFormat(smallShards()), options: smallShards())
        try await writer.write(sample(0))
      }
      #expect(error?.code == .uploadFailed)
      #expect((error?.cause as? ObjectStoreError)?.code == .notFound)
    }
  }

  @Test("a store that keeps less than it was sent is noticed", arguments: ["shard.00001.mds", "index.json"])
  func unconfirmed(name: String) async throws {
    let store = ForgetfulStore(name: try ObjectKey(parsing: name))
    let error = await #expect(throws: WritingError.self) {
      try await self.write(60, to: store, local: nil, smallShards())
    }
    #expect(error?.code == .unconfirmed)
    #expect(error?.place == name)
  }

  @Test("a flaky store gets everything, with retries", arguments: 0..<6 as Range<UInt64>)
  func flaky(seed: UInt64) async throws {
    let base = MemoryStore()
    let store = FaultInjectingStore(
      base, seed: seed, rates: [.unavailable: 0.05, .timedOut: 0.05, .throttled: 0.05, .lostAnswer: 0.05])
    let options = smallShards {
      $0.retry = RetryPolicy(attempts: 12, baseDelay: .microseconds(10), maximumDelay: .microseconds(100))
    }
    try await write(200, to: store, local: nil, options)
    let undisturbedFiles = try await undisturbed(200, options)
    #expect(try await contents(of: base) == undisturbedFiles)
    #expect(!store.injectedCounts.isEmpty)
  }

  @Test("a writer that made nothing leaves its directory empty")
  func nothingMade() async throws {
    try await withTemporaryDirectory { path in
      let options = smallShards()
      do {
        var writer = try PlainWriter(
          to: path, format: PlainFormat(options), options: options, stores: ObjectStoreRegistry())
        try await writer.write(sample(0))
      }
      let left = try FileSystem.list(path)
      #expect(left.isEmpty)
    }
  }

  @Test("a writer that is dropped publishes nothing")
  func dropped() async throws {
    try await withTemporaryDirectory { path in
      let base = MemoryStore()
      do {
        let options = smallShards()
        var writer = try PlainWriter(
          to: base, local: path + "/local", format: PlainFormat(options), options: options)
        for number in 0..<60 { try await writer.write(sample(number)) }
      }
      #expect(try await !base.contains("index.json"))
      #expect(try FileSystem.status(of: path + "/local/index.json") == nil)
    }
  }

  @Test("a shard that cannot get its name is an error that names the file")
  func localFailure() async throws {
    try await withTemporaryDirectory { path in
      let options = smallShards()
      var writer = try PlainWriter(
        to: path + "/out", format: PlainFormat(options), options: options, stores: ObjectStoreRegistry())
      // A directory in the place of a shard: the rename onto it fails.
      try FileSystem.createDirectory(path + "/out/shard.00001.mds/x")
      do throws(WritingError) {
        for number in 0..<100 { try await writer.write(sample(number)) }
        _ = try await writer.finish()
        Issue.record("nobody noticed")
      } catch {
        #expect(error.code == .localFile)
        #expect(error.place.hasSuffix("shard.00001.mds"))
      }
      #expect(try FileSystem.status(of: path + "/out/index.json") == nil)
    }
  }

  @Test("cancelling the task ends a writer that waits")
  func cancelled() async throws {
    let gate = Gate()
    let store = WatchedStore(
      MemoryStore(),
      before: { (_, name) async throws(ObjectStoreError) in if name.hasPrefix("put") { await gate.pass() } })
    let task = Task {
      let options = smallShards { $0.concurrentShards = 1 }
      var writer = try PlainWriter(to: store, format: PlainFormat(options), options: options)
      for number in 0..<100 { try await writer.write(sample(number)) }
    }
    try await store.begun("put shard.00000.mds")
    task.cancel()
    let error = await #expect(throws: WritingError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    gate.open()
  }

  @Test("options that make no sense are refused before anything is touched")
  func options() throws {
    try withTemporaryDirectory { path in
      func refused(_ local: String? = nil, _ change: (inout WriterOptions) -> Void) {
        let options = smallShards(change)
        let error = #expect(throws: WritingError.self) {
          _ = try PlainWriter(to: MemoryStore(), local: local, format: PlainFormat(options), options: options)
        }
        #expect(error?.code == .badOption)
      }
      refused { $0.hashes = [.xxh64, .sha1] }
      refused { $0.sizeLimit = ByteCount(1 << 32) }
      refused { $0.sizeLimit = -1 }
      refused { $0.resumes = true }
      refused { $0.concurrentShards = 0 }
      refused(path + "/a") {
        $0.appends = true
        $0.replaceExisting = true
      }
      refused("") { _ in }
      let options = smallShards()
      let other = #expect(throws: WritingError.self) {
        _ = try PlainWriter(
          to: MemoryStore(), format: PlainFormat(smallShards { $0.hashes = [] }), options: options)
      }
      #expect(other?.code == .badOption)
      let left = try FileSystem.list(path)
      #expect(left.isEmpty)
    }
  }

  @Test("a scheme without a store, and a URL that is none")
  func addresses() async throws {
    let options = smallShards()
    var writer = try PlainWriter(
      to: "gopher://a/b", format: PlainFormat(options), options: options, stores: ObjectStoreRegistry())
    do throws(WritingError) {
      try await writer.write(sample(0))
      Issue.record("gopher is known")
    } catch {
      #expect((error.cause as? ObjectStoreError)?.code == .unknownScheme)
    }
    let empty = #expect(throws: WritingError.self) {
      _ = try PlainWriter(
        to: "", format: PlainFormat(options), options: options, stores: ObjectStoreRegistry())
    }
    #expect(empty?.code == .badOption)
  }
}
