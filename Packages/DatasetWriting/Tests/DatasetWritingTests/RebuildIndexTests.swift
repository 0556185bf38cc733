import BinaryIO
import DatasetWriting
import Foundation
import ObjectStorage
import ShardCompression
import ShardFormats
import ShardHashing
import Synchronization
import TestSupport
import Testing

@Suite("rebuildIndex") struct RebuildIndexTests {
  private static let golden = Golden.repositoryRoot + "/IntegrationTests/golden/"

  /// Upstream's data sets with shards, of every format, compression and hash that the repository has.
  private static let datasets: [String] = {
    let roots = [("formats", "data"), ("writer", "expected")]
    let all = roots.flatMap { section, folder in
      ((try? FileSystem.list(golden + section)) ?? []).map { "\(section)/\($0)/\(folder)" }
    }
    return all.filter { name in
      let files = (try? FileSystem.list(golden + name)) ?? []
      return files.contains("index.json") && files.count > 1
    }
  }()

  private func withCopy(_ name: String, _ body: (_ folder: String) async throws -> Void) async throws {
    try await withTemporaryDirectory { folder in
      let copy = folder + "/copy"
      try FileManager.default.copyItem(atPath: Self.golden + name, toPath: copy)
      try FileSystem.remove(copy + "/index.json")
      try await body(copy)
    }
  }

  @Test("the lost index of upstream's data sets comes out as it was, byte for byte")
  func likeUpstream() async throws {
    #expect(Self.datasets.count > 70)
    for name in Self.datasets {
      try await withCopy(name) { folder in
        try await rebuildIndex(in: folder)
        let rebuilt = try FileSystem.readAll(folder + "/index.json")
        let original = try FileSystem.readAll(Self.golden + name + "/index.json")
        #expect(String(decoding: rebuilt, as: UTF8.self) == String(decoding: original, as: UTF8.self), "\(name)")
        #expect(try FileSystem.list(folder) == FileSystem.list(Self.golden + name), "nothing is left behind")
      }
    }
  }

  @Test("hashes by choice; progress tells each shard")
  func hashes() async throws {
    try await withCopy("writer/mds-size-limit-512/expected") { folder in
      var options = RebuildOptions()
      options.hashes = [.md5, .xxh64]
      options.concurrentShards = 4
      let calls = Calls()
      let index = try await rebuildIndex(in: folder, options: options) { count, _ in calls.add(count) }
      #expect(index.shards[0].hashes == ["md5", "xxh64"])
      for shard in index.shards {
        let bytes = try FileSystem.readAll(folder + "/" + shard.rawData.basename)
        #expect(shard.rawData.hash("md5") == HashAlgorithm.md5.digest(of: bytes.span.bytes).hex)
      }
      #expect(calls.counts == Array(1...index.shards.count))
    }
  }

  @Test("where only decompressed files are left, the index describes these")
  func decompressed() async throws {
    try await withCopy("formats/mds-comp-zstd/data") { folder in
      let json = try FileSystem.readAll(Self.golden + "formats/mds-comp-zstd/data/index.json")
      let original = try DatasetIndex(parsing: json.span.bytes, file: "index.json")
      for shard in original.shards {
        let zip = try #require(shard.zipData)
        let packed = try FileSystem.readAll(folder + "/" + zip.basename)
        let raw = try Codec.zstd().decompress(packed.span.bytes, expecting: shard.rawData.byteCount)
        try FileSystem.write(raw.span.bytes, to: folder + "/" + shard.rawData.basename)
        try FileSystem.remove(folder + "/" + zip.basename)
      }
      let index = try await rebuildIndex(in: folder)
      #expect(index.sampleCount == original.sampleCount)
      #expect(index.shards.allSatisfy { $0.compression == nil && $0.zipData == nil })
    }
  }

  @Test("folders follow one another, as merging has them")
  func folders() async throws {
    try await withTemporaryDirectory { folder in
      for part in ["a", "b"] {
        try FileManager.default.copyItem(
          atPath: Self.golden + "writer/mds-size-limit-1kb/expected", toPath: folder + "/" + part)
      }
      let merged = try await mergeIndex(under: DatasetAddress(folder), stores: ObjectStoreRegistry())
      var options = RebuildOptions()
      options.replaceExisting = true
      let rebuilt = try await rebuildIndex(in: folder, options: options)
      #expect(rebuilt.encoded() == merged.encoded())
    }
  }

  @Test("gaps, doubles, damage and what is there already are refused, and nothing is written")
  func refused() async throws {
    func expect(_ code: WritingError.Code, _ prepare: (String) throws -> Void) async throws {
      try await withCopy("formats/csv-zstd-hashes/data") { folder in
        try prepare(folder)
        let before = try FileSystem.list(folder)
        let error = await #expect(throws: WritingError.self) { try await rebuildIndex(in: folder) }
        #expect(error?.code == code, "\(error.map { "\($0)" } ?? "")")
        #expect(try FileSystem.list(folder) == before)
      }
    }
    func write(_ name: String, _ bytes: [UInt8]) throws { try FileSystem.write(bytes.span.bytes, to: name) }
    try await expect(.badIndex) { folder in
      for name in ["/shard.00001.csv.zstd", "/shard.00001.csv.meta.zstd"] { try FileSystem.remove(folder + name) }
    }
    try await expect(.badIndex) { try FileSystem.remove($0 + "/shard.00002.csv.meta.zstd") }
    try await expect(.badIndex) { try write($0 + "/shard.00001.mds", [0, 0, 0, 0]) }
    try await expect(.badIndex) { try write($0 + "/shard.00001.csv.gz", [0]) }
    try await expect(.compressionFailed) { try write($0 + "/shard.00001.csv.zstd", [1, 2, 3]) }
    try await expect(.badIndex) { try write($0 + "/shard.00001.csv.meta", [255, 255, 255, 255]) }
    try await expect(.outputNotEmpty) { try write($0 + "/index.json", []) }
    try await expect(.badOption) { try write($0 + "/.writer.journal", []) }
    try await expect(.badIndex) { folder in for name in try FileSystem.list(folder) { try FileSystem.remove(folder + "/" + name) } }
  }

  @Test("gaps that are allowed leave samples out")
  func gaps() async throws {
    try await withCopy("writer/mds-size-limit-512/expected") { folder in
      let all = try await rebuildIndex(in: folder)
      try FileSystem.remove(folder + "/shard.00003.mds")
      var options = RebuildOptions()
      options.allowsGaps = true
      options.replaceExisting = true
      let index = try await rebuildIndex(in: folder, options: options)
      #expect(index.sampleCount == all.sampleCount - all.shards[3].sampleCount)
    }
  }
}

/// What a progress closure was told.
private final class Calls: Sendable {
  private let calls = Mutex<[Int]>([])
  func add(_ count: Int) { calls.withLock { $0.append(count) } }
  var counts: [Int] { calls.withLock { $0 } }
}
