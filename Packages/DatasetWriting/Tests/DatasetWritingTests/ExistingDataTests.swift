import BinaryIO
import ObjectStorage
import ShardFormats
import TestSupport
import Testing

@testable import DatasetWriting

@Suite("Shard writer: what is there already") struct ExistingDataTests {
  private func write(
    _ numbers: Range<Int>, to store: any ObjectStore, local: String? = nil, _ options: WriterOptions
  ) async throws -> DatasetIndex {
    var writer = try PlainWriter(to: store, local: local, format: PlainFormat(options), options: options)
    for number in numbers { try await writer.write(sample(number)) }
    return try await writer.finish()
  }

  private func write(_ numbers: Range<Int>, to path: String, _ options: WriterOptions) async throws
    -> DatasetIndex
  {
    var writer = try PlainWriter(
      to: path, format: PlainFormat(options), options: options, stores: ObjectStoreRegistry())
    for number in numbers { try await writer.write(sample(number)) }
    return try await writer.finish()
  }

  @Test("a directory with something in it is refused, or emptied when asked for")
  func directory() async throws {
    try await withTemporaryDirectory { path in
      try FileSystem.createDirectory(path + "/old/deep")
      try FileSystem.write([1].span.bytes, to: path + "/old/deep/file")
      try FileSystem.write([1].span.bytes, to: path + "/shard.00099.mds")
      let refused = await #expect(throws: WritingError.self) {
        try await self.write(0..<50, to: path, smallShards())
      }
      #expect(refused?.code == .outputNotEmpty)
      #expect(try FileSystem.listRecursively(path).count == 2)
      _ = try await write(0..<50, to: path, smallShards { $0.replaceExisting = true })
      let undisturbedFiles = try await undisturbed(50, smallShards())
      #expect(try contents(of: path) == undisturbedFiles)
    }
  }

  @Test("an index in the store is refused; replacing removes it before the first shard")
  func store() async throws {
    let base = MemoryStore()
    _ = try await write(0..<50, to: base, smallShards())
    let before = try await contents(of: base)
    let refused = await #expect(throws: WritingError.self) {
      try await self.write(0..<9, to: base, smallShards())
    }
    #expect(refused?.code == .outputNotEmpty)
    #expect(try await contents(of: base) == before)
    let watched = WatchedStore(base)
    _ = try await write(0..<30, to: watched, smallShards { $0.replaceExisting = true })
    let log = watched.log
    let removal = try #require(log.firstIndex(of: "delete index.json"))
    #expect(removal < (try #require(log.firstIndex(of: "put shard.00000.mds"))))
    #expect(try check(try await contents(of: base)).sampleCount == 30)
  }

  @Test("appending adds shards with further numbers, and the old index is whole until the new one is there")
  func append() async throws {
    let base = MemoryStore()
    let first = try await write(0..<50, to: base, smallShards())
    let before = try await contents(of: base)
    let watched = WatchedStore(base)
    let second = try await write(50..<80, to: watched, smallShards { $0.appends = true })
    #expect(second.sampleCount == 80)
    #expect(Array(second.shards.prefix(first.shards.count)) == Array(first.shards))
    #expect(second.shards[first.shards.count].rawData.basename == "shard.0000\(first.shards.count).mds")
    let after = try await contents(of: base)
    for (name, bytes) in before where name != "index.json" { #expect(after[name] == bytes) }
    #expect(try check(after).sampleCount == 80)
    #expect(watched.log.last == "head index.json")
    #expect(watched.violations.isEmpty)
  }

  @Test("appending in a directory, twice")
  func appendLocally() async throws {
    try await withTemporaryDirectory { path in
      let options = smallShards { $0.appends = true }
      _ = try await write(0..<20, to: path, smallShards())
      _ = try await write(20..<50, to: path, options)
      #expect(try await write(50..<60, to: path, options).sampleCount == 60)
      #expect(try check(try contents(of: path)).sampleCount == 60)
      #expect(try FileSystem.list(path).allSatisfy { !$0.hasPrefix(".") })
    }
  }

  @Test("appending wants the same columns, an index, and that nobody replaces it meanwhile")
  func appendRefusals() async throws {
    let options = smallShards { $0.appends = true }
    let none = await #expect(throws: WritingError.self) {
      try await self.write(0..<9, to: MemoryStore(), options)
    }
    #expect(none?.code == .badIndex)

    let base = MemoryStore()
    _ = try await write(0..<20, to: base, smallShards())
    var other = try PlainWriter(to: base, format: PlainFormat(options, column: "y"), options: options)
    do throws(WritingError) {
      try await other.write(sample(0))
      Issue.record("other columns were taken")
    } catch {
      #expect(error.code == .badIndex)
    }

    var late = try PlainWriter(to: base, format: PlainFormat(options), options: options)
    try await late.write(sample(20))
    _ = try await write(20..<40, to: base, options)
    let sets = try await contents(of: base)
    do throws(WritingError) {
      _ = try await late.finish()
      Issue.record("another writer's shards were forgotten")
    } catch {
      #expect(error.code == .indexReplaced)
    }
    #expect(try await contents(of: base)["index.json"] == sets["index.json"])
  }

  @Test("numbers go on after the highest, whatever the index holds")
  func numbering() {
    func shards(_ names: [String]) -> [ShardInfo] {
      names.map {
        ShardInfo(
          schema: PlainFormat(smallShards()).schema, sampleCount: 1,
          rawData: FileInfo(basename: $0, byteCount: 1))
      }
    }
    #expect(ShardNumbering.next(after: []) == 0)
    #expect(ShardNumbering.next(after: shards(["shard.00000.mds", "shard.00007.mds"])) == 8)
    #expect(ShardNumbering.next(after: shards(["a/shard.00009.mds", "b/shard.00009.mds", "c/x"])) == 3)
    #expect(ShardNumbering.next(after: shards(["shard.99999.mds"])) == 100_000)
    #expect(ShardNumbering.next(after: shards(["shard.9223372036854775807.mds"])) == 1)
  }
}
