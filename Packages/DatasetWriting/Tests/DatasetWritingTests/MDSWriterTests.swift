import BinaryIO
import DatasetWriting
import MDSFormat
import ObjectStorage
import ShardCompression
import ShardFormats
import ShardHashing
import TestSupport
import Testing

@Suite("MDS writer") struct MDSWriterTests {
  @Test("the example of the README")
  func example() async throws {
    try await withTemporaryDirectory { path in
      // snippet: writing
      var writer = try MDSWriter(
        to: path, columns: ["text": .str, "label": .int], stores: ObjectStoreRegistry()
      ) {
        $0.compression = .zstd(level: 3)
        $0.hashes = [.xxh64]
      }
      for number in 0..<1000 {
        try await writer.write(["text": .string("number \(number)"), "label": .int(number)])
      }
      let index = try await writer.finish()
      // end snippet
      #expect(index.sampleCount == 1000)
      let files = try contents(of: path)
      #expect(try check(files).encoded() == index.encoded())
      let info = try #require(index.shards.first)
      let packed = try #require(files["shard.00000.mds.zstd"])
      let raw = try Codec.zstd().decompress(packed.span.bytes, expecting: info.rawData.byteCount)
      try FileSystem.write(raw.span.bytes, to: path + "/shard.00000.mds")
      let shard = try MDSShard(MappedFile(path: path + "/shard.00000.mds"), info: info)
      for number in [0, 500, 999] {
        #expect(try shard.sample(at: number).string("text") == "number \(number)")
        #expect(try shard.sample(at: number).int("label") == number)
      }
    }
  }

  @Test("columns and compressions that upstream would refuse are refused")
  func refusals() {
    let float = #expect(throws: WritingError.self) {
      _ = try MDSWriter(to: MemoryStore(), columns: ["x": .float])
    }
    #expect(float?.code == .badOption)
    for codec in [Codec.xz(), .lz4(level: 3)] {
      let error = #expect(throws: WritingError.self) {
        _ = try MDSWriter(to: MemoryStore(), columns: ["x": .int]) { $0.compression = codec }
      }
      #expect(error?.code == .badOption)
    }
  }

  @Test("a sample by name, by position and as a Swift value is the same")
  func forms() async throws {
    struct Sample: Encodable { var n: Int, t: String }
    let store = MemoryStore()
    var writer = try MDSWriter(to: store, columns: ["t": .str, "n": .int])
    #expect(writer.columns.map(\.name) == ["n", "t"])
    try await writer.write(["n": 7, "t": "seven"])
    try await writer.write(values: [7, "seven"])
    try await writer.write(Sample(n: 7, t: "seven"))
    let error = await #expect(throws: WritingError.self) { try await writer.write(Sample?.none) }
    #expect(error?.code == .badSample)
    let index = try await writer.finish()
    #expect(index.sampleCount == 3)
    let bytes = try await store.bytes(of: ObjectKey(parsing: "shard.00000.mds"), limit: .kilobytes(4))
    let sizes = (0...3).map { Int(bytes.span.bytes.uint32(at: 4 + 4 * $0) ?? 0) }
    #expect(bytes[sizes[0]..<sizes[1]] == bytes[sizes[1]..<sizes[2]])
    #expect(bytes[sizes[0]..<sizes[1]] == bytes[sizes[2]..<sizes[3]])
  }
}
