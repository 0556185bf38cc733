import BinaryIO
import DatasetImport
import DatasetWriting
import Foundation
import MDSFormat
import ObjectStorage
import ShardCompression
import ShardFormats
import ShardHashing
import TestSupport
import Testing

@Suite("reshard") struct ReshardTests {
  private static let golden = Golden.repositoryRoot + "/IntegrationTests/golden/"

  /// The files of a directory by name.
  private func files(_ folder: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try FileSystem.listRecursively(folder) { files[name] = try FileSystem.readAll(folder + "/" + name) }
    return files
  }

  private func reshardMDS(
    _ from: String, to out: String, columns: ImportColumns? = nil, configure: (inout WriterOptions) -> Void = { _ in }
  ) async throws -> DatasetIndex {
    try await withTemporaryDirectory { scratch in
      var options = WriterOptions()
      configure(&options)
      let index = try await Self.reshardMDS(from, out, columns, options, scratch)
      let rest = try FileSystem.listRecursively(scratch).filter { !$0.hasPrefix(".") }
      #expect(rest.isEmpty, "the scratch directory is left empty")
      return index
    }
  }

  private static func reshardMDS(
    _ from: String, _ out: String, _ columns: ImportColumns?, _ options: WriterOptions, _ scratch: String
  ) async throws -> DatasetIndex {
    let source = try await DatasetShards(at: from, scratch: scratch, stores: ObjectStoreRegistry())
    let usual = try ImportColumns.resharding(source.index, to: .mds)
    let writer = try MDSWriter(to: out, columns: (columns ?? usual).encodings, stores: ObjectStoreRegistry()) { $0 = options }
    return try await reshard(source, into: writer)
  }

  private static func reshardText<Format>(
    _ from: String, as format: ShardFormatName, scratch: String,
    _ makeWriter: (ImportColumns) throws -> ShardWriter<Format>
  ) async throws {
    let source = try await DatasetShards(at: from, scratch: scratch, stores: ObjectStoreRegistry())
    let writer = try makeWriter(try ImportColumns.resharding(source.index, to: format))
    try await reshard(source, into: writer)
  }

  private static let limits: [(name: String, limit: Int?)] = [
    ("0", 0), ("1kb", 1024), ("512", 512), ("600b", 600), ("None", nil),
  ]

  /// Upstream wrote the five of the same samples.
  @Test("from any size limit to any other gives the bytes that upstream's writer makes", arguments: limits.map(\.name))
  func likeUpstream(from: String) async throws {
    for (name, limit) in Self.limits {
      try await withTemporaryDirectory { folder in
        let expected = Self.golden + "writer/mds-size-limit-\(name)/expected"
        _ = try await reshardMDS(Self.golden + "writer/mds-size-limit-\(from)/expected", to: folder + "/out") {
          $0.sizeLimit = limit.map { ByteCount($0) }
        }
        #expect(try files(folder + "/out") == files(expected), "\(from) to \(name)")
      }
    }
  }

  @Test("through compression and back, and through CSV where the columns allow it, nothing is lost")
  func roundTrips() async throws {
    try await withTemporaryDirectory { folder in
      let expected = Self.golden + "writer/mds-size-limit-600b/expected"
      _ = try await reshardMDS(expected, to: folder + "/zstd") {
        $0.compression = .zstd(level: 3)
        $0.hashes = [.sha1, .xxh64]
        $0.sizeLimit = ByteCount(2000)
      }
      _ = try await reshardMDS(folder + "/zstd", to: folder + "/back") { $0.sizeLimit = ByteCount(600) }
      #expect(try files(folder + "/back") == files(expected))
    }
  }

  @Test("a data set of text is copied line by line, as upstream's writer splits it")
  func text() async throws {
    try await withTemporaryDirectory { folder in
      let expected = Self.golden + "writer/json-size-limit-500/expected"
      try await Self.reshardText(expected, as: .json, scratch: folder) { columns in
        try JSONWriter(to: folder + "/wide", columns: columns.encodings, stores: ObjectStoreRegistry()) {
          $0.sizeLimit = ByteCount(3000)
        }
      }
      try await Self.reshardText(folder + "/wide", as: .json, scratch: folder) { columns in
        try JSONWriter(to: folder + "/narrow", columns: columns.encodings, stores: ObjectStoreRegistry()) {
          $0.sizeLimit = ByteCount(500)
        }
      }
      #expect(try files(folder + "/narrow") == files(expected))
    }
  }

  @Test("columns convert: text to MDS and back")
  func columns() async throws {
    try await withTemporaryDirectory { folder in
      let expected = Self.golden + "writer/csv-size-limit-500/expected"
      let index = try await reshardMDS(expected, to: folder + "/mds")
      #expect(index.shards.schemas[0].columns.map(\.encodingName) == ["float64", "int", "str"])
      try await Self.reshardText(folder + "/mds", as: .csv, scratch: folder) { columns in
        try CSVWriter(to: folder + "/csv", columns: columns.encodings, stores: ObjectStoreRegistry()) {
          $0.sizeLimit = ByteCount(500)
        }
      }
      #expect(try files(folder + "/csv") == files(expected))
    }
  }

  @Test("a column that the data set does not have, or that text cannot hold, is refused by name")
  func refused() async throws {
    try await withTemporaryDirectory { folder in
      let from = Self.golden + "writer/mds-size-limit-600b/expected"
      let unknown = try ImportColumns(parsing: "n:int,x:str")
      let absent = await #expect(throws: ImportError.self) {
        try await reshardMDS(from, to: folder + "/a", columns: unknown)
      }
      #expect(absent?.code == .missingColumn && absent?.column == "x")
      let unsuited = try ImportColumns(parsing: "text:int")
      let value = await #expect(throws: ImportError.self) {
        try await reshardMDS(from, to: folder + "/b", columns: unsuited)
      }
      #expect(value?.code == .badValue && value?.column == "text")
      let json = try FileSystem.readAll(Self.golden + "formats/mds-ndarray/data/index.json")
      let arrays = try DatasetIndex(parsing: json.span.bytes, file: "index.json")
      let kind = #expect(throws: ImportError.self) { try ImportColumns.resharding(arrays, to: .csv) }
      #expect(kind?.code == .badColumns)
      #expect(try FileSystem.status(of: folder + "/a/index.json") == nil)
    }
  }

  @Test("damage in the old shards is told and nothing is published")
  func damaged() async throws {
    try await withTemporaryDirectory { folder in
      let copy = folder + "/copy"
      try FileManager.default.copyItem(atPath: Self.golden + "formats/mds-hash-xxh64/data", toPath: copy)
      var bytes = try FileSystem.readAll(copy + "/shard.00001.mds")
      bytes[bytes.count - 1] ^= 1
      try FileSystem.write(bytes.span.bytes, to: copy + "/shard.00001.mds")
      let error = await #expect(throws: ImportError.self) { try await reshardMDS(copy, to: folder + "/out") }
      #expect(error?.code == .badDataset)
      #expect(error?.description.contains("shard.00001.mds") == true)
      #expect(try FileSystem.status(of: folder + "/out/index.json") == nil)
    }
  }

  @Test("stopped after any shard and resumed, it comes out as if undisturbed", arguments: 1...6)
  func resumed(stop: Int) async throws {
    try await withTemporaryDirectory { folder in
      let from = Self.golden + "writer/mds-size-limit-512/expected"
      let whole = try await reshardMDS(from, to: folder + "/whole") { $0.sizeLimit = ByteCount(600) }
      // A source that is cut short after some shards stands for a process that was killed there.
      let cut = folder + "/cut"
      try FileManager.default.copyItem(atPath: from, toPath: cut)
      try FileSystem.remove(cut + "/shard.0000\(stop).mds")
      await #expect(throws: ImportError.self) {
        try await reshardMDS(cut, to: folder + "/out") {
          $0.sizeLimit = ByteCount(600)
          $0.resumes = true
        }
      }
      let index = try await reshardMDS(from, to: folder + "/out") {
        $0.sizeLimit = ByteCount(600)
        $0.resumes = true
      }
      #expect(index.encoded() == whole.encoded())
      #expect(try files(folder + "/out") == files(folder + "/whole"))
    }
  }
}
