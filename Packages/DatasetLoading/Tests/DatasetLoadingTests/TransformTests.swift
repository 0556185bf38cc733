import BinaryIO
import ColumnarBatch
import DatasetLoading
import ObjectStorage
import SampleOrder
import ShardFormats
import Synchronization
import TestSupport
import Testing

@Suite struct TransformTests {
  struct Refused: Error, Equatable { var batch: Int }

  /// The ids doubled, the text's length, the text backwards, and the text as it was.
  static func transform(failingAt failing: Int? = nil) throws -> BatchTransform {
    let schema = try BatchSchema([
      .fixed("double", .int64), .ragged("lengths", .int32), .ragged("backwards", .bytes), .ragged("text", .string),
      .fixed("unset", .float32, rowShape: [2]),
    ])
    return BatchTransform(to: schema) { batch, out in
      if batch.position.batch == failing { throw Refused(batch: batch.position.batch) }
      let ids = try batch.column("id")
      try out.withElements("double", as: Int64.self) { target in
        let ids = try ids.elements(as: Int64.self)
        for row in ids.indices { target[row] = 2 * ids[row] }
      }
      let text = try batch.column("text")
      let ones = Array(repeating: Int64(1), count: batch.rowCount)
      try out.withElements("lengths", as: Int32.self, rowLengths: ones.span) { target in
        for row in 0..<batch.rowCount { target[row] = Int32(try text.bytes(row: row).byteCount) }
      }
      try out.set("backwards", toRows: try (0..<batch.rowCount).map { try text.bytes(row: $0).copied().reversed() as [UInt8] })
      try out.copy(text)
    }
  }

  static func check(_ batch: Batch) throws {
    let double = try batch.column("double").withElements(as: Int64.self) { $0.copied() }
    let lengths = try batch.column("lengths")
    for row in 0..<batch.rowCount {
      let id = Int(batch.sampleIDs[row])
      let bytes = [UInt8](DatasetFixture.text(id).utf8)
      #expect(double[row] == Int64(2 * id))
      #expect(try lengths.elements(as: Int32.self, row: row)[0] == Int32(bytes.count))
      #expect(try batch.column("backwards").bytes(row: row).copied() == bytes.reversed())
      #expect(try batch.column("text").string(row: row) == DatasetFixture.text(id))
      #expect(try batch.column("unset").bytes(row: row).copied() == Array(repeating: 0, count: 8))
    }
  }

  @Test("a transform makes every batch, in the plan's order, on several threads", arguments: [1, 2, 4])
  func transforms(threads: Int) async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<301, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry()) {
        $0.shuffle = .py1e
      }
      let loader = try dataset.loader {
        $0.threads = threads
        $0.transform = try? Self.transform()
      }
      #expect(loader.schema.columns.map(\.name) == ["double", "lengths", "backwards", "text", "unset"])
      var batches: [[Int]] = []
      while let batch = try loader.nextBlocking() {
        try Self.check(batch)
        #expect(batch.position.batch == batches.count)
        batches.append((0..<batch.rowCount).map { Int(batch.sampleIDs[$0]) })
      }
      #expect(batches == DatasetFixture.expected(loader.plan))
    }
  }

  @Test("what a transform throws stands in its batch's place, after all before it", arguments: [0, 1, 17, 37])
  func throwing(failing: Int) async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<301, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry())
      for threads in [1, 3] {
        let loader = try dataset.loader {
          $0.threads = threads
          $0.transform = try? Self.transform(failingAt: failing)
        }
        var count = 0
        let error = #expect(throws: LoadingError.self) { while try loader.nextBlocking() != nil { count += 1 } }
        #expect(count == failing)
        #expect(error?.code == .transform)
        #expect(error?.batch == failing)
        #expect(error?.cause as? Refused == Refused(batch: failing))
        #expect(try loader.nextBlocking() == nil)
      }
    }
  }

  @Test("a collation writes batches of its own from samples, also of other row counts")
  func collates() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<100, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry()) {
        $0.shuffle = .py1e
      }
      let schema = try BatchSchema([.ragged("text", .string), .fixed("sum", .int64)])
      let collation = Collation(to: schema) { samples, out in
        var texts: [String] = []
        var sum = 0
        for row in 0..<samples.count {
          texts.append(try samples.withSample(at: row) { sample throws in try sample.string("text") })
          sum += try samples.withSample(at: row) { sample throws in try sample.int("id") }
        }
        try out.setRowCount(1)
        try out.set("text", toRows: [Array(texts.joined(separator: "|").utf8)])
        try out.withElements("sum", as: Int.self) { $0[0] = sum }
      }
      let loader = try dataset.loader { $0.collation = collation }
      let expected = DatasetFixture.expected(loader.plan)
      for ids in expected {
        let batch = try #require(try loader.nextBlocking())
        #expect(batch.rowCount == 1)
        #expect(try batch.column("text").string(row: 0) == ids.map(DatasetFixture.text).joined(separator: "|"))
        #expect(try batch.column("sum").withElements(as: Int.self) { $0[0] } == ids.reduce(0, +))
      }
      #expect(try loader.nextBlocking() == nil)

      let refusing = try dataset.loader {
        $0.collation = Collation(to: schema) { samples, _ in throw Refused(batch: Int(samples.ids[0])) }
      }
      #expect(throws: LoadingError.self) { try refusing.nextBlocking() }
      let both = #expect(throws: LoadingError.self) {
        try dataset.loader {
          $0.collation = collation
          $0.columns = ["id"]
        }
      }
      #expect(both?.code == .configuration)
    }
  }

  @Test("misuse of the writer is an error at the batch: names, types, lengths, forms")
  func misuse() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<20, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry())
      let schema = try BatchSchema([.fixed("n", .int64), .ragged("r", .int32), .ragged("text", .bytes), .fixed("weight", .float32)])
      let misuses: [@Sendable (Batch, inout BatchWriter) throws -> Void] = [
        { _, out in try out.withElements("m", as: Int64.self) { _ in } },
        { _, out in try out.withElements("n", as: Int32.self) { _ in } },
        { _, out in try out.withElements("r", as: Int32.self) { _ in } },
        { _, out in try out.set("r", toRows: [[Int32(1)]]) },
        { batch, out in try out.withElements("r", as: Int32.self, rowLengths: Array(repeating: -1, count: batch.rowCount).span) { _ in } },
        { batch, out in
          let rows = Array(repeating: [Int32(1)], count: batch.rowCount)
          try out.set("r", toRows: rows)
          try out.set("r", toRows: rows)
        },
        { batch, out in try out.copy(try batch.column("text")) },
        { batch, out in try out.copy(try batch.column("weight"), to: "n") },
        { batch, out in
          try out.setRowCount(3)
          try out.copy(try batch.column("weight"))
        },
        { _, out in try out.setRowCount(-1) },
        { _, out in try out.setSampleIDs([Int64(1)].span) },
      ]
      for (number, misuse) in misuses.enumerated() {
        let loader = try dataset.loader { $0.transform = BatchTransform(to: schema, misuse) }
        let error = #expect(throws: LoadingError.self, "misuse \(number)") { try loader.nextBlocking() }
        #expect(error?.cause is BatchError, "misuse \(number): \(String(describing: error))")
      }
    }
  }

  @Test("padded columns pass through a transform as they are")
  func passesPadded() async throws {
    try await withTemporaryDirectory { folder in
      try await PaddingTests.write(30, to: folder)
      let schema = try BatchSchema([.padded("a", .uint16), .padded("f", .float32, length: 9), .fixed("id", .int64)])
      let dataset = try await PaddingTests.dataset(folder)
      let loader = try dataset.loader {
        $0.columns = [LoaderColumn("a", as: .uint16, padding: .toLongest(with: 3)), LoaderColumn("f", padding: .to(length: 9)), "id"]
        $0.transform = BatchTransform(to: schema) { batch, out in
          for name in ["a", "id"] { try out.copy(try batch.column(name)) }
        }
      }
      while let batch = try loader.nextBlocking() {
        let a = try batch.column("a")
        #expect(try batch.column("f").shape == [batch.rowCount, 9])
        #expect(try batch.column("f").withElements(as: Float.self) { $0.copied() } == Array(repeating: 0, count: 9 * batch.rowCount))
        for row in 0..<batch.rowCount {
          let tokens = PaddingTests.tokens(Int(batch.sampleIDs[row]))
          #expect(try a.lengths[row] == Int64(tokens.count))
          #expect(try Array(a.elements(as: UInt16.self, row: row).copied().prefix(tokens.count)) == tokens)
        }
      }
    }
  }
}
