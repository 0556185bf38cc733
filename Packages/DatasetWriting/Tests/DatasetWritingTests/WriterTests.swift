import BinaryIO
import ObjectStorage
import ShardCompression
import ShardFormats
import ShardHashing
import Synchronization
import TestSupport
import Testing

@testable import DatasetWriting

@Suite("Shard writer") struct WriterTests {
  @Test(
    "writes shards and an index that names them whole", arguments: ["", "zstd", "gz:1", "snappy", "xz:0"])
  func local(compression: String) async throws {
    try await withTemporaryDirectory { path in
      let codec = compression.isEmpty ? nil : try Codec(parsing: compression)
      let options = smallShards {
        $0.compression = codec
        $0.allowsOwnCompressions = true
      }
      let directory = path + "/out/train"
      var writer = try PlainWriter(
        to: directory, format: PlainFormat(options), options: options, stores: ObjectStoreRegistry())
      for number in 0..<100 { try await writer.write(sample(number)) }
      let index = try await writer.finish()
      let files = try contents(of: directory)
      #expect(try check(files).encoded() == index.encoded())
      #expect(index.sampleCount == 100)
      #expect(index.shards.count > 5)
      #expect(index.shards[2].rawData.basename == "shard.00002.mds")
      #expect(files.count == index.shards.count + 1, "nothing but shards and index stays")
      #expect(try await undisturbed(100, options) == files)
    }
  }

  @Test(
    "a store gets the same as a directory; local files stay only when asked for", arguments: [false, true])
  func localAndRemote(keepLocal: Bool) async throws {
    try await withTemporaryDirectory { path in
      let options = smallShards { $0.keepLocal = keepLocal }
      let store = WatchedStore(MemoryStore())
      var writer = try PlainWriter(
        to: store, local: path + "/local", format: PlainFormat(options), options: options)
      for number in 0..<60 { try await writer.write(sample(number)) }
      _ = try await writer.finish()
      let expected = try await undisturbed(60, options)
      #expect(try await contents(of: store) == expected)
      #expect(try contents(of: path + "/local") == (keepLocal ? expected : [:]))
      #expect(try FileSystem.status(of: path + "/local") == nil || keepLocal)
      #expect(store.log.filter { $0.hasPrefix("put") }.last == "put index.json")
      #expect(store.violations.isEmpty)
    }
  }

  @Test("a plain path as the second place is a copy")
  func twoDirectories() async throws {
    try await withTemporaryDirectory { path in
      let options = smallShards { $0.keepLocal = true }
      var writer = try PlainWriter(
        to: path + "/copy", local: path + "/local/", format: PlainFormat(options), options: options,
        stores: ObjectStoreRegistry())
      for number in 0..<30 { try await writer.write(sample(number)) }
      _ = try await writer.finish()
      let expected = try await undisturbed(30, options)
      #expect(try contents(of: path + "/copy") == expected)
      #expect(try contents(of: path + "/local") == expected)
    }
  }

  @Test("no samples give an index without shards")
  func empty() async throws {
    let options = smallShards()
    let writer = try PlainWriter(to: MemoryStore(), format: PlainFormat(options), options: options)
    let index = try await writer.finish()
    #expect(index.encoded() == Array(#"{"shards": [], "version": 2}"#.utf8))
  }

  @Test("shards that finish out of order stand in order in the index")
  func outOfOrder() async throws {
    let first = Gate()
    let base = MemoryStore()
    let store = WatchedStore(
      base,
      before: { (_, name) async throws(ObjectStoreError) in
        if name == "put shard.00000.mds" { await first.pass() }
        if name == "put shard.00003.mds" { first.open() }
      })
    let options = smallShards()
    var writer = try PlainWriter(to: store, format: PlainFormat(options), options: options)
    for number in 0..<100 { try await writer.write(sample(number)) }
    _ = try await writer.finish()
    let expected = try await undisturbed(100, options)
    #expect(try await contents(of: base) == expected)
    #expect(store.violations.isEmpty)
  }

  @Test("a slow store makes the writer wait: shards and bytes under way stay bounded")
  func backPressure() async throws {
    let gate = Gate()
    let store = WatchedStore(
      MemoryStore(),
      before: { (_, name) async throws(ObjectStoreError) in
        if name.hasPrefix("put shard") { await gate.pass() }
      })
    let options = smallShards {
      $0.concurrentShards = 3
      $0.memoryLimit = 1300
    }
    let session = try WriterSession(
      try ShardDestination(local: nil, store: store), schema: PlainFormat(options).schema, options: options)
    let pipeline = try await session.begin().pipeline
    let submitted = Counter()
    let format = PlainFormat(options)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 0..<9 {
          let files = ShardFiles(sampleCount: 1, data: [UInt8](repeating: 7, count: 500))
          let shard = FullShard(number: number, basename: "shard.0000\(number).mds", files: files) {
            format.info(sampleCount: 1, rawData: $0, zipData: $1, rawMeta: $2, zipMeta: $3)
          }
          try await pipeline.submit(shard)
          submitted.increment()
        }
      }
      group.addTask {
        // 500 bytes each: the third would be the 1,500th byte, so exactly two are let in before the gate opens.
        try await store.reached(inFlight: 2)
        for _ in 0..<1000 { await Task.yield() }
        #expect(submitted.value == 2)
        gate.open()
      }
      try await group.waitForAll()
    }
    #expect(try await pipeline.drain().count == 9)
    #expect(pipeline.peakHeldByteCount == 1000)
    #expect(store.peakInFlight <= 2)
  }

  @Test("a shard above the memory limit is let through alone")
  func oversized() async throws {
    let options = smallShards { $0.memoryLimit = 1 }
    var writer = try PlainWriter(to: MemoryStore(), format: PlainFormat(options), options: options)
    for number in 0..<50 { try await writer.write(sample(number)) }
    #expect(try await writer.finish().sampleCount == 50)
  }

  @Test("a bad sample is refused by number, and the writer goes on")
  func badSample() async throws {
    let options = smallShards()
    var writer = try PlainWriter(to: MemoryStore(), format: PlainFormat(options), options: options)
    try await writer.write(sample(0))
    do {
      try await writer.write(["x": 1])
      Issue.record("it was taken")
    } catch {
      #expect(error.code == .badSample)
      #expect(error.sample == 1)
    }
    try await writer.write(sample(1))
    #expect(try await writer.finish().sampleCount == 2)
  }

  @Test("progress counts safe shards and ends with the index")
  func progress() async throws {
    let seen = Mutex<[WritingProgress]>([])
    let options = smallShards { $0.progress = { progress in seen.withLock { $0.append(progress) } } }
    var writer = try PlainWriter(to: MemoryStore(), format: PlainFormat(options), options: options)
    for number in 0..<50 { try await writer.write(sample(number)) }
    let index = try await writer.finish()
    let all = seen.withLock { $0 }
    #expect(all.count == index.shards.count + 1)
    #expect(all.last?.isFinished == true)
    #expect(all.last?.sampleCount == 50)
    #expect(all.last?.shardCount == index.shards.count)
    #expect(all.last?.storedByteCount == index.shards.reduce(0) { $0 + $1.storedByteCount })
    #expect(Set(all.map(\.shardCount)).count == index.shards.count)
  }
}
