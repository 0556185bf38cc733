import BinaryIO
import ColumnarBatch
import DatasetLoading
import DatasetWriting
import MDSFormat
import ObjectStorage
import SampleOrder
import ShardFormats
import TestSupport
import Testing

@Suite struct PaddingTests {
  static func tokens(_ id: Int) -> [UInt16] { (0..<(id * 5 % 17)).map { UInt16(id * 100 + $0) } }
  static func floats(_ id: Int) -> [Float] { (0...(id % 6)).map { Float(id) + Float($0) / 8 } }

  /// Token rows as bytes and as arrays, of a fixed type and of none, between other columns.
  static func write(_ count: Int, to folder: String) async throws {
    let format = try MDS(
      columns: [
        "a": .bytes, "f": .ndarray(NDArrayLayout(type: .float32)), "g": .ndarray(.dynamic), "id": .int, "t": .str,
      ], settings: ShardSettings(sizeLimit: 3000))
    var options = WriterOptions()
    options.sizeLimit = ByteCount(3000)
    var writer = try ShardWriter(to: folder, format: format, options: options, stores: ObjectStoreRegistry())
    for id in 0..<count {
      let array = try NDArray(floats(id), shape: [floats(id).count])
      try await writer.write([
        "a": .bytes(tokens(id).span.bytes.copied()), "f": .ndarray(array), "g": .ndarray(array), "id": .int(id),
        "t": .string(DatasetFixture.text(id)),
      ])
    }
    _ = try await writer.finish()
  }

  static func dataset(_ folder: String, batchSize: Int = 8) async throws -> StreamingDataset {
    try await StreamingDataset([DataStream(local: folder)], batchSize: batchSize, stores: ObjectStoreRegistry()) {
      $0.shuffle = .py1e
    }
  }

  @Test("rows of bytes and arrays arrive as elements, ragged, to the longest, to a multiple and to a length")
  func shapes() async throws {
    try await withTemporaryDirectory { folder in
      try await Self.write(50, to: folder)
      let dataset = try await Self.dataset(folder)
      let paddings: [Padding?] = [
        nil, .toLongest(with: 7), .toLongest(with: 7, multipleOf: 8), .to(length: 64, with: 7),
        .to(length: 3, with: 7, cuttingLongRows: true), .to(length: 0, cuttingLongRows: true),
      ]
      for padding in paddings {
        let loader = try dataset.loader {
          $0.columns = [
            "id", LoaderColumn("a", as: .uint16, padding: padding), LoaderColumn("f", as: .float32, padding: padding),
            LoaderColumn("g", as: .float32, padding: padding), LoaderColumn("t", padding: padding),
          ]
        }
        while let batch = try loader.nextBlocking() {
          let ids = (0..<batch.rowCount).map { Int(batch.sampleIDs[$0]) }
          try check(batch, "a", ids.map(Self.tokens), 7, padding)
          try check(batch, "f", ids.map(Self.floats), 7, padding)
          try check(batch, "g", ids.map(Self.floats), 7, padding)
          try check(batch, "t", ids.map { [UInt8](DatasetFixture.text($0).utf8) }, 7, padding)
          #expect(try batch.column("id").withElements(as: Int64.self) { $0[0] } == Int64(ids[0]))
          #expect(batch.columns.allSatisfy { $0.payloadRange.upperBound <= batch.payload.byteCount })
        }
      }
    }
  }

  /// Compares a column with rows, by the padding's definition.
  private func check<T: BitwiseCopyable & Equatable>(
    _ batch: Batch, _ name: String, _ rows: [[T]], _ filler: T, _ padding: Padding?
  ) throws {
    let column = try batch.column(name)
    guard let padding else {
      #expect(column.isRagged)
      for row in rows.indices { #expect(try column.elements(as: T.self, row: row).copied() == rows[row]) }
      return
    }
    let longest = rows.map(\.count).max() ?? 0
    let length: Int
    switch padding.length {
    case .fixed(let fixed): length = fixed
    case .longest(let multiple): length = (longest + multiple - 1) / multiple * multiple
    }
    #expect(column.shape == [rows.count, length])
    for row in rows.indices {
      let kept = Array(rows[row].prefix(length))
      let expected = kept + Array(repeating: filler, count: length - kept.count)
      #expect(try column.elements(as: T.self, row: row).copied() == expected)
      #expect(try column.lengths[row] == Int64(kept.count))
    }
  }

  @Test("a row that is too long, or no whole number of elements, is an error at its batch that blames no shard")
  func refusesRows() async throws {
    try await withTemporaryDirectory { folder in
      try await Self.write(50, to: folder + "/source")
      let stores = try DatasetFixture.stores(from: folder + "/source")
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://x", local: folder + "/cache")], batchSize: 8, stores: stores)
      for (column, expected) in [
        (LoaderColumn("a", as: .uint16, padding: .to(length: 14)), "at most 14 elements"),
        (LoaderColumn("a", as: .uint64), "a multiple of 8 bytes for uint64"),
      ] {
        let loader = try dataset.loader { $0.columns = [column] }
        let error = #expect(throws: LoadingError.self) { while try loader.nextBlocking() != nil {} }
        #expect(error?.code == .sample)
        #expect(error?.column == "a")
        #expect(error?.expected == expected)
        #expect(error?.sample != nil)
      }
      #expect(try FileSystem.list(folder + "/cache").allSatisfy { !$0.contains("damaged") })
      let wrong = try dataset.loader { $0.columns = [LoaderColumn("g", as: .int64)] }
      let error = #expect(throws: LoadingError.self) { try wrong.nextBlocking() }
      #expect((error?.cause as? ShardError)?.code == .wrongType)
    }
  }

  @Test("types and paddings that do not suit the column are refused by name")
  func refusesSettings() async throws {
    try await withTemporaryDirectory { folder in
      try await Self.write(5, to: folder)
      let dataset = try await Self.dataset(folder)
      for column in [
        LoaderColumn("id", padding: .toLongest()), LoaderColumn("id", as: .int32), LoaderColumn("f", as: .float64),
        LoaderColumn("g", padding: .toLongest()), LoaderColumn("t", as: .uint16),
        LoaderColumn("a", as: .uint8, padding: .toLongest(with: 256)), LoaderColumn("a", padding: .toLongest(with: -1)),
        LoaderColumn("a", padding: .to(length: -1)), LoaderColumn("a", padding: .toLongest(multipleOf: 0)),
      ] {
        let error = #expect(throws: LoadingError.self) { try dataset.loader { $0.columns = [column] } }
        #expect(error?.code == .configuration)
        #expect(error?.column == column.name)
      }
    }
  }
}

extension Span where Element: BitwiseCopyable {
  func copied() -> [Element] { (0..<count).map { self[$0] } }
}
