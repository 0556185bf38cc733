import BinaryIO
import ObjectStorage
import ShardFormats
import SystemLibC
import TestSupport
import Testing
import Threading

@testable import DatasetWriting

@Suite("Shard writer: resuming") struct ResumeTests {
  private static let count = 70

  /// Writes from where an earlier writer stopped; stops itself, without a word, at sample `stop`.
  /// - Parameter settled: whether it stops only once that many samples are safe.
  private func run(
    _ local: String, _ store: (any ObjectStore)?, _ options: WriterOptions, stop: Int = .max, settled: Int = 0
  ) async throws -> Int {
    let safe = Monitor(0)
    var options = options
    // One after the other: those that are safe are those that a resumed writer finds, without one missing before them.
    if settled > 0 { options.concurrentShards = 1 }
    options.progress = { progress in safe.notifying { $0 = max($0, progress.sampleCount) } }
    var writer =
      if let store {
        try PlainWriter(to: store, local: local, format: PlainFormat(options), options: options)
      } else {
        try PlainWriter(
          to: local, format: PlainFormat(options), options: options, stores: ObjectStoreRegistry())
      }
    let durable = try await writer.durableSampleCount()
    for number in durable..<Self.count {
      if number == stop {
        if durable < settled {
          try await safe.waitAsync(until: .after(.seconds(60)), charging: StallCause("the samples")) { $0 >= settled ? () : nil }
        }
        return durable
      }
      try await writer.write(sample(number))
    }
    _ = try await writer.finish()
    return durable
  }

  @Test("dropped at any sample and resumed, the directory is the same as undisturbed")
  func everySample() async throws {
    let options = smallShards { $0.resumes = true }
    let expected = try await undisturbed(Self.count, options)
    for stop in stride(from: 0, to: Self.count, by: 3) {
      try await withTemporaryDirectory { path in
        _ = try await run(path, nil, options, stop: stop)
        #expect(try FileSystem.status(of: path + "/index.json") == nil)
        let durable = try await run(path, nil, options)
        #expect(durable <= stop)
        #expect(try contents(of: path) == expected)
      }
    }
  }

  @Test("stopped again and again, it gets there", arguments: [false, true])
  func stepwise(keepLocal: Bool) async throws {
    let options = smallShards {
      $0.resumes = true
      $0.keepLocal = keepLocal
    }
    try await withTemporaryDirectory { path in
      let store = WatchedStore(MemoryStore())
      var last = 0
      for stop in stride(from: 10, to: Self.count, by: 10) {
        let durable = try await run(path + "/l", store, options, stop: stop, settled: stop - 25)
        #expect(durable >= last)
        last = durable
      }
      #expect(try await run(path + "/l", store, options) >= last)
      #expect(last > 0, "something must have been durable")
      let expected = try await undisturbed(Self.count, options)
      #expect(try await contents(of: store) == expected)
      #expect(try contents(of: path + "/l") == (keepLocal ? expected : [:]))
      #expect(store.violations.isEmpty)
      // Once more: it is finished.
      let error = await #expect(throws: WritingError.self) { try await self.run(path + "/l", store, options) }
      #expect(error?.code == .alreadyFinished)
    }
  }

  @Test("a first sample above the limit, and a resumed one, make the shards that upstream makes")
  func oversizedSamples() async throws {
    let options = smallShards {
      $0.resumes = true
      $0.sizeLimit = 20
    }
    let expected = try await undisturbed(Self.count, options)
    for stop in [1, 2, 5, 30] {
      try await withTemporaryDirectory { path in
        _ = try await run(path, nil, options, stop: stop)
        _ = try await run(path, nil, options)
        #expect(try contents(of: path) == expected)
      }
    }
  }

  @Test("a journal cut off anywhere, or changed anywhere, still leads to the same data set")
  func tornJournal() async throws {
    let options = smallShards { $0.resumes = true }
    let expected = try await undisturbed(Self.count, options)
    try await withTemporaryDirectory { path in
      _ = try await run(path + "/a", nil, options, stop: 50, settled: 40)
      let files = try contents(of: path + "/a")
      let journal = try #require(files[WriterJournal.name])
      for step in 0..<120 {
        let directory = path + "/\(step)"
        try FileSystem.createDirectory(directory)
        for (name, bytes) in files { try FileSystem.write(bytes.span.bytes, to: directory + "/" + name) }
        var torn = journal
        if step % 2 == 0 {
          torn.removeLast(step * torn.count / 120)
        } else {
          torn[step * torn.count / 120] ^= 1
        }
        try FileSystem.write(torn.span.bytes, to: directory + "/" + WriterJournal.name)
        _ = try await run(directory, nil, options)
        #expect(try contents(of: directory) == expected, "step \(step)")
      }
    }
  }

  @Test("a shard that is missing or cut is made again", arguments: [0, 1, 2])
  func missingShard(number: Int) async throws {
    let options = smallShards { $0.resumes = true }
    try await withTemporaryDirectory { path in
      _ = try await run(path, nil, options, stop: 60, settled: 40)
      let name = path + "/shard.0000\(number).mds"
      if number == 1 {
        try FileSystem.write([1, 2, 3].span.bytes, to: name)
      } else {
        try FileSystem.remove(name)
      }
      _ = try await run(path, nil, options)
      let undisturbedFiles = try await undisturbed(Self.count, options)
      #expect(try contents(of: path) == undisturbedFiles)
    }
  }

  @Test("an append is resumed too, and its old index is left alone until the end")
  func append() async throws {
    let options = smallShards {
      $0.resumes = true
      $0.appends = true
    }
    try await withTemporaryDirectory { path in
      var first = try PlainWriter(
        to: path, format: PlainFormat(smallShards()), options: smallShards(), stores: ObjectStoreRegistry())
      for number in 100..<120 { try await first.write(sample(number)) }
      _ = try await first.finish()
      let index = try FileSystem.readAll(path + "/index.json")
      _ = try await run(path, nil, options, stop: 50, settled: 30)
      #expect(try FileSystem.readAll(path + "/index.json") == index)
      #expect(try await run(path, nil, options) > 0)
      #expect(try check(try contents(of: path)).sampleCount == 20 + Self.count)
      // Undisturbed, the same shards come out.
      let plain = try await undisturbed(Self.count, smallShards())
      #expect(
        try contents(of: path).values.filter { bytes in plain.values.contains(bytes) }.count >= plain.count
          - 1)
    }
  }

  @Test("other columns or options do not resume")
  func otherOptions() async throws {
    try await withTemporaryDirectory { path in
      _ = try await run(path, nil, smallShards { $0.resumes = true }, stop: 50, settled: 30)
      let error = await #expect(throws: WritingError.self) {
        try await self.run(
          path, nil,
          smallShards {
            $0.resumes = true
            $0.sizeLimit = 601
          })
      }
      #expect(error?.code == .otherJournal)
      let refused = await #expect(throws: WritingError.self) { try await self.run(path, nil, smallShards()) }
      #expect(refused?.code == .outputNotEmpty)
      #expect(try await run(path, nil, smallShards { $0.replaceExisting = true }) == 0)
      let undisturbedFiles = try await undisturbed(Self.count, smallShards())
      #expect(try contents(of: path) == undisturbedFiles)
    }
  }

  @Test("a resumed writer must be asked before its first sample")
  func mustBeAsked() async throws {
    try await withTemporaryDirectory { path in
      let options = smallShards { $0.resumes = true }
      _ = try await run(path, nil, options, stop: 60, settled: 40)
      var writer = try PlainWriter(
        to: path, format: PlainFormat(options), options: options, stores: ObjectStoreRegistry())
      do throws(WritingError) {
        try await writer.write(sample(0))
        Issue.record("samples were written twice")
      } catch {
        #expect(error.code == .badOption)
      }
    }
  }

  @Test("two writers cannot be in one directory")
  func locked() async throws {
    try await withTemporaryDirectory { path in
      let options = smallShards { $0.resumes = true }
      var first = try PlainWriter(
        to: path, format: PlainFormat(options), options: options, stores: ObjectStoreRegistry())
      try await first.write(sample(0))
      var second = try PlainWriter(
        to: path, format: PlainFormat(options), options: options, stores: ObjectStoreRegistry())
      do throws(WritingError) {
        try await second.write(sample(0))
        Issue.record("both write")
      } catch {
        #expect(error.code == .inUse)
      }
      let replacing = #expect(throws: WritingError.self) {
        let options = smallShards { $0.replaceExisting = true }
        _ = try PlainWriter(
          to: path, format: PlainFormat(options), options: options, stores: ObjectStoreRegistry())
      }
      #expect(replacing?.code == .inUse)
      #expect(try await first.finish().sampleCount == 1)
    }
  }
}
