import ColumnarBatch
import Testing

@Suite("Columns")
struct ColumnTests {
  func code(_ body: () throws -> Void) -> BatchError.Code? {
    do { try body() } catch { return (error as? BatchError)?.code }
    return nil
  }

  func batch() throws -> Batch {
    let schema = try BatchSchema([
      .fixed("label", .int64), .ragged("text", .string), .ragged("ids", .int32),
      .fixed("grid", .uint8, rowShape: [2, 2]),
    ])
    var builder = BatchBuilder(schema, rowCount: 3)
    try builder.set("label", to: [Int64(5), -1, 9])
    try builder.set("text", toText: ["a", "", "naïve 🦊"])
    try builder.set("ids", toRows: [[Int32](), [1, 2, 3], [-7]])
    return try builder.finish(BatchPosition(epoch: 1, batch: 2, deliveredSampleCount: 9))
  }

  @Test("values come back by column and by row; what was not set is zero")
  func values() throws {
    let batch = try batch()
    #expect(try batch.column("label").withElements(as: Int64.self) { $0.copied() } == [5, -1, 9])
    #expect(try batch.column("label").withElements(as: Int.self) { $0.copied() } == [5, -1, 9])
    let text = try batch.column("text")
    #expect(try (0..<3).map { try text.string(row: $0) } == ["a", "", "naïve 🦊"])
    let ids = try batch.column("ids")
    #expect(try ids.offsets.copied() == [0, 0, 3, 4])
    #expect(try ids.elements(as: Int32.self, row: 1).copied() == [1, 2, 3])
    #expect(ids.elementCount == 4 && ids.byteCount == 16)
    #expect(try batch.column("grid").withBytes { $0.byteCount } == 12)
    let grid = try batch.column("grid")
    #expect(try grid.elements(as: UInt8.self).copied() == Array(repeating: 0, count: 12))
    #expect(try batch.column("grid").bytes.byteCount == 12)
    #expect(try batch.column("grid").withElements(as: UInt8.self) { $0.count } == 12)
    #expect(try batch.column("text").string(row: 0) == "a")
    #expect(batch.sampleIDs.copied() == [0, 1, 2])
  }

  @Test("the example of the README")
  func example() throws {
    // snippet: ColumnarBatch
    let schema = try BatchSchema([
      .fixed("label", .int64), .fixed("box", .float32, rowShape: [4]), .ragged("text", .string),
    ])
    var builder = BatchBuilder(schema, rowCount: 2)
    try builder.set("label", to: [Int64(3), 7])
    try builder.set("text", toText: ["a short text", "another one"])
    let batch = try builder.finish(BatchPosition(epoch: 0, batch: 0, deliveredSampleCount: 2))

    let labels = try batch.column("label").withElements(as: Int64.self) { labels in labels[0] + labels[1] }
    let text = try batch.column("text").string(row: 1)
    let shape = try batch.column("box").shape  // [2, 4]
    // end snippet
    #expect(labels == 10 && text == "another one" && shape == [2, 4])
  }

  @Test("every misuse has its own code")
  func misuse() throws {
    let batch = try batch()
    let label = try batch.column("label")
    let text = try batch.column("text")
    #expect(code { _ = try batch.column("lable") } == .unknownColumn)
    #expect(code { _ = try batch.column(at: 4) } == .unknownColumn)
    #expect(code { _ = try batch.column(at: -1) } == .unknownColumn)
    #expect(code { try label.withElements(as: Int32.self) { _ in } } == .wrongType)
    #expect(code { try label.withElements(as: UInt64.self) { _ in } } == .wrongType)
    #expect(code { try label.withElements(as: Double.self) { _ in } } == .wrongType)
    #expect(code { _ = try label.bytes(row: 3).byteCount } == .rowOutOfRange)
    #expect(code { _ = try text.bytes(row: -1).byteCount } == .rowOutOfRange)
    #expect(code { _ = try text.string(row: Int.max) } == .rowOutOfRange)
    #expect(code { _ = try label.offsets.count } == .notRagged)
    #expect(code { _ = try label.string(row: 1) } == .notUTF8)
  }

  @Test("values that do not fit the schema are refused")
  func builderMisuse() throws {
    let schema = try BatchSchema([.fixed("label", .int64), .ragged("ids", .int32)])
    var builder = BatchBuilder(schema, rowCount: 2)
    #expect(code { try builder.set("label", to: [Int64(1)]) } == .lengthMismatch)
    #expect(code { try builder.set("label", to: [Int32(1), 2]) } == .wrongType)
    #expect(code { try builder.set("ids", to: [Int32(1), 2]) } == .lengthMismatch)
    #expect(code { try builder.set("ids", toRows: [[Int32(1)]]) } == .lengthMismatch)
    #expect(code { try builder.set("label", toRows: [[Int64(1)], [2]]) } == .lengthMismatch)
    #expect(code { try builder.set("x", to: [Int64(1)]) } == .unknownColumn)
    #expect(code { try builder.setSampleIDs([1]) } == .lengthMismatch)
  }

  @Test("a schema with a repeated name or an impossible extent is refused")
  func schemas() {
    #expect(code { _ = try BatchSchema([.fixed("a", .int8), .ragged("a", .int8)]) } == .unusableSchema)
    #expect(code { _ = try BatchSchema([.fixed("a", .int8, rowShape: [-1])]) } == .unusableSchema)
    #expect(code { _ = try BatchSchema([.fixed("a", .int16, rowShape: [Int.max])]) } == .unusableSchema)
  }

  @Test("each element type has numpy's name and size, and one Swift type", arguments: DType.allCases)
  func types(dtype: DType) {
    // numpy.dtype(name).itemsize
    let sizes = [
      "uint8": 1, "int8": 1, "uint16": 2, "int16": 2, "uint32": 4, "int32": 4, "uint64": 8, "int64": 8,
      "float16": 2,
      "float32": 4, "float64": 8, "bytes": 1, "string": 1,
    ]
    #expect(sizes["\(dtype)"] == dtype.itemByteCount)
    let all: [any BitwiseCopyable.Type] = [
      UInt8.self, Int8.self, UInt16.self, Int16.self, UInt32.self, Int32.self, UInt64.self, Int64.self,
      Float.self,
      Double.self,
    ]
    func matches<T: BitwiseCopyable>(_ type: T.Type) -> Bool { dtype.matches(type) }
    func size<T: BitwiseCopyable>(_ type: T.Type) -> Int { MemoryLayout<T>.size }
    let matching = all.filter { matches($0) }
    #expect(matching.count == 1)
    #expect(matching.allSatisfy { size($0) == dtype.itemByteCount })
  }
}
