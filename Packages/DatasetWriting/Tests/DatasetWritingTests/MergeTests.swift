import BinaryIO
import DatasetWriting
import ObjectStorage
import ShardFormats
import TestSupport
import Testing

@Suite("Merging indexes") struct MergeTests {
  private let stores = ObjectStoreRegistry()

  /// A store under `mem://bucket/…`, seen by every address below it.
  private func registry(_ store: MemoryStore) -> ObjectStoreRegistry {
    var stores = ObjectStoreRegistry()
    stores.register("mem") { url throws(ObjectStoreError) in
      PrefixedStore(store, prefix: url.path + "/")
    }
    return stores
  }

  private func write(_ numbers: Range<Int>, to output: String, _ stores: ObjectStoreRegistry) async throws {
    let options = smallShards()
    var writer = try PlainWriter(to: output, format: PlainFormat(options), options: options, stores: stores)
    for number in numbers { try await writer.write(sample(number)) }
    _ = try await writer.finish()
  }

  @Test("parts in a folder, at any depth, each found again")
  func local() async throws {
    try await withTemporaryDirectory { path in
      for (number, name) in ["b", "a", "deep/er/c"].enumerated() {
        try await write(number * 20..<number * 20 + 20, to: path + "/" + name, stores)
      }
      try FileSystem.write([1].span.bytes, to: path + "/a/stray.json")
      let index = try await mergeIndex(under: DatasetAddress(path), stores: stores)
      #expect(index.sampleCount == 60)
      #expect(index.shards.first?.rawData.basename == "a/shard.00000.mds")
      #expect(index.shards.last?.rawData.basename.hasPrefix("deep/er/c/") == true)
      #expect(try check(try contents(of: path)).encoded() == index.encoded())

      let again = await #expect(throws: WritingError.self) {
        try await mergeIndex(under: DatasetAddress(path), stores: self.stores)
      }
      #expect(again?.code == .outputNotEmpty)
      var options = MergeOptions()
      options.replaceExisting = true
      // Without the index in the root itself, which a listing has too.
      let same = try await mergeIndex(under: DatasetAddress(path), options: options, stores: stores)
      #expect(same.sampleCount == 60)
    }
  }

  @Test("a list keeps its order, drops what is there twice, and takes full names too")
  func list() async throws {
    try await withTemporaryDirectory { path in
      try await write(0..<20, to: path + "/x", stores)
      try await write(20..<40, to: path + "/y", stores)
      let parts: [DatasetAddress] = [
        DatasetAddress(path + "/y/"), DatasetAddress(path + "/x/index.json"), DatasetAddress(path + "/y"),
      ]
      let index = try await mergeIndex(parts, into: DatasetAddress(path), stores: stores)
      #expect(index.sampleCount == 40)
      #expect(index.shards.first?.rawData.basename == "y/shard.00000.mds")
      _ = try check(try contents(of: path))
    }
  }

  @Test("parts that go by the same folder are refused, not mixed up")
  func collision() async throws {
    try await withTemporaryDirectory { path in
      try await write(0..<20, to: path + "/a/p0", stores)
      try await write(20..<40, to: path + "/b/p0", stores)
      var options = MergeOptions()
      options.naming = .lastFolder
      let error = await #expect(throws: WritingError.self) {
        try await mergeIndex(under: DatasetAddress(path), options: options, stores: self.stores)
      }
      #expect(error?.code == .badIndex)
      #expect(try FileSystem.status(of: path + "/index.json") == nil)
      #expect(try await mergeIndex(under: DatasetAddress(path), stores: stores).sampleCount == 40)
    }
  }

  @Test("in a store, and with a local copy beside it")
  func remote() async throws {
    try await withTemporaryDirectory { path in
      let store = MemoryStore()
      let stores = registry(store)
      try await write(0..<20, to: "mem://bucket/set/p0", stores)
      try await write(20..<40, to: "mem://bucket/set/p1", stores)
      try await write(20..<40, to: path + "/p1", stores)
      let index = try await mergeIndex(
        under: DatasetAddress(local: path, remote: "mem://bucket/set"), stores: stores)
      #expect(index.sampleCount == 40)
      var files: [String: [UInt8]] = [:]
      for (name, bytes) in try await contents(of: store) where name.hasPrefix("set/") {
        files[String(name.dropFirst(4))] = bytes
      }
      #expect(try check(files).encoded() == index.encoded())
      #expect(try FileSystem.readAll(path + "/index.json") == files["index.json"])

      let listed = try await mergeIndex(
        ["mem://bucket/set/p1", "mem://bucket/set/p0"], into: "mem://bucket/other", stores: stores)
      #expect(listed.shards.first?.rawData.basename == "p1/shard.00000.mds")
      #expect(try await store.contains("other/index.json"))
    }
  }

  @Test("no parts, missing parts and damaged parts are errors, and nothing is written")
  func refusals() async throws {
    try await withTemporaryDirectory { path in
      let none = await #expect(throws: WritingError.self) {
        try await mergeIndex([], into: DatasetAddress(path), stores: self.stores)
      }
      #expect(none?.code == .badOption)
      let empty = await #expect(throws: WritingError.self) {
        try await mergeIndex(under: DatasetAddress(path), stores: self.stores)
      }
      #expect(empty?.code == .badOption)
      let missing = await #expect(throws: WritingError.self) {
        try await mergeIndex([DatasetAddress(path + "/p")], into: DatasetAddress(path), stores: self.stores)
      }
      #expect(missing?.code == .badIndex)
      for text in ["", "{", "[]", #"{"shards": [{}], "version": 2}"#, #"{"shards": [], "version": 3}"#] {
        try FileSystem.createDirectory(path + "/p")
        try FileSystem.write(Array(text.utf8).span.bytes, to: path + "/p/index.json")
        let damaged = await #expect(throws: WritingError.self) {
          try await mergeIndex([DatasetAddress(path + "/p")], into: DatasetAddress(path), stores: self.stores)
        }
        #expect(damaged?.code == .badIndex)
      }
      #expect(try FileSystem.status(of: path + "/index.json") == nil)
    }
  }
}
