import BinaryIO
import ColumnarBatch
import Testing

@Suite("Shaping rows")
struct ShapingTests {
  /// A batch of two ragged byte columns, `a` padded and `b` with a header of one byte before each row's elements.
  func assemble(_ rows: [[UInt16]], _ padding: Padding) throws -> Batch {
    let schema = try BatchSchema([.padded("a", .uint16), .ragged("b", .uint16), .fixed("n", .int64)])
    let shapings = [
      try ColumnShaping(column: 0, of: schema, padding: padding), try ColumnShaping(column: 1, of: schema, padding: nil),
    ]
    guard var assembly = BufferRing(bufferCount: 1).tryAcquire() else { throw RingClosed() }
    try assembly.begin(schema, rowCount: rows.count, shapings: shapings)
    for (row, values) in rows.enumerated() {
      assembly.lengths(of: 0)[row] = Int64(values.count * 2)
      assembly.lengths(of: 1)[row] = Int64(values.count * 2 + 1)
    }
    try assembly.placeRaggedValues()
    for (row, values) in rows.enumerated() {
      let bytes = values.span.bytes.copied()
      let a = assembly.values(of: 0) + Int(assembly.offsets(of: 0)[row])
      let b = assembly.values(of: 1) + Int(assembly.offsets(of: 1)[row])
      for (place, byte) in bytes.enumerated() { a.storeBytes(of: byte, toByteOffset: place, as: UInt8.self) }
      for (place, byte) in ([0xee] + bytes).enumerated() { b.storeBytes(of: byte, toByteOffset: place, as: UInt8.self) }
      (assembly.values(of: 2) + 8 * row).storeBytes(of: Int64(row), as: Int64.self)
      assembly.sampleIDs[row] = Int64(row)
    }
    try assembly.shapeRows { column, _, bytes in
      #expect(column == 0 || bytes.byteOffsets.isEmpty || bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == 0xee)
      return column == 1 ? 1 : 0
    }
    return assembly.finish(BatchPosition(epoch: 0, batch: 0, deliveredSampleCount: rows.count))
  }

  @Test("every small set of row lengths gives the rows of the definition", arguments: 0..<81)
  func rows(number: Int) throws {
    let lengths = [number % 3, number / 3 % 3, number / 9 % 3, number / 27].prefix(number % 5)
    let rows = lengths.enumerated().map { row, length in (0..<length).map { UInt16(1000 * row + $0 + 1) } }
    for padding in [Padding.toLongest(with: 65535), .toLongest(multipleOf: 4), .to(length: 1, with: 9, cuttingLongRows: true)] {
      let batch = try assemble(rows, padding)
      let a = try batch.column("a")
      let b = try batch.column("b")
      let longest = lengths.max() ?? 0
      let (length, filler): (Int, UInt16) =
        switch padding.length {
        case .fixed(let length): (length, 9)
        case .longest(1): (longest, 65535)
        case .longest(let multiple): ((longest + multiple - 1) / multiple * multiple, 0)
        }
      #expect(a.shape == [rows.count, length] && !a.isRagged && a.isPadded)
      for (row, values) in rows.enumerated() {
        let kept = Array(values.prefix(length))
        #expect(
          try a.elements(as: UInt16.self, row: row).copied()
            == kept + Array(repeating: filler, count: length - kept.count))
        #expect(try a.lengths[row] == Int64(kept.count))
        #expect(try b.elements(as: UInt16.self, row: row).copied() == values)
        #expect(try batch.column("n").withElements(as: Int64.self) { $0[row] } == Int64(row))
      }
      #expect(try b.offsets[rows.count] == Int64(rows.reduce(0) { $0 + $1.count }))
      #expect(batch.columns.allSatisfy { $0.payloadRange.upperBound <= batch.payload.byteCount })
      #expect(throws: BatchError.self) { try a.offsets.count }
      #expect(throws: BatchError.self) { try b.lengths.count }
    }
  }

  @Test("a padding value is the element's own bits, or refused", arguments: DType.allCases)
  func values(dtype: DType) throws {
    let schema = try BatchSchema([.padded("a", dtype)])
    func isAllowed(_ padding: Padding) -> Bool { (try? ColumnShaping(column: 0, of: schema, padding: padding)) != nil }
    #expect(isAllowed(.toLongest()) && isAllowed(.to(length: 4, with: 1)))
    let isFloat = [.float16, .float32, .float64].contains(dtype)
    let isSigned = isFloat || [.int8, .int16, .int32, .int64].contains(dtype)
    #expect(isAllowed(.toLongest(withFloat: 0.5)) == isFloat)
    #expect(isAllowed(.toLongest(withFloat: .nan)) == isFloat)
    #expect(isAllowed(.toLongest(with: -100)) == isSigned)
    #expect(isAllowed(.to(length: -1)) == false)
  }

  @Test("halves are the bits that the format defines", arguments: [(1.0, 0x3c00), (-2.0, 0xc000), (0.5, 0x3800), (65504, 0x7bff), (.infinity, 0x7c00), (-100, 0xd640)])
  func halves(value: Double, bits: Int) throws {
    #expect(try Padding.toLongest(withFloat: value).bits(of: .float16, column: "a") == UInt64(bits))
  }
}
