import PythonJSON
import ShardFormats
import Testing

@Suite("A sample from an Encodable value")
struct EncodableSampleTests {
  private struct Digit: Encodable {
    enum Kind: String, Encodable { case train, test }
    struct Box: Encodable { var x: Int, tags: [String], missing: Int? = nil }

    var image: [UInt8] = [1, 2, 3]
    var label = 7
    var large = UInt64.max
    var score: Float = 0.1
    var weight = 2.5
    var price = "1.10"
    var kind = Kind.train
    var pixels: [Float] = [1, 2, 3, 4, 5, 6]
    var pages: [[UInt8]] = [[0xFF], []]
    var box = Box(x: 1, tags: ["a", "b"])
    var bytesAsList: [UInt8] = [9, 8]
    var ignored = "no column"
    var absent: Int?
  }

  private func schema(_ columns: [(String, Encoding)]) -> ShardSchema {
    ShardSchema(format: .mds, columns: columns.map { ColumnSpec(name: $0.0, encoding: $0.1) })
  }

  @Test("takes each property as its column wants it")
  func kinds() throws {
    let values = try schema([
      ("image", .jpeg), ("label", .int), ("large", .strInt), ("score", .float32), ("weight", .float64),
      ("price", .strDecimal), ("kind", .str), ("pixels", .ndarray(try NDArrayLayout(type: .float32, shape: [2, 3]))),
      ("pages", .listJPEG), ("box", .json), ("bytesAsList", .json), ("absent", .int),
    ]).values(of: Digit())
    #expect(
      values == [
        "image": .bytes([1, 2, 3]), "label": .int(7), "large": .bigInt(JSONInteger(UInt64.max)),
        "score": .float(Double(Float(0.1))), "weight": .float(2.5), "price": .decimal("1.10"), "kind": .string("train"),
        "pixels": .ndarray(try NDArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])),
        "pages": .list([.bytes([0xFF]), .bytes([])]), "box": .json(["x": 1, "tags": ["a", "b"]]),
        "bytesAsList": .json([9, 8]),
      ])
  }

  @Test("a value without properties, and one whose array has another shape, are refused", arguments: [0, 1, 2])
  func refusals(number: Int) throws {
    let array = schema([("pixels", .ndarray(try NDArrayLayout(type: .float32, shape: [7])))])
    switch number {
    case 0: #expect(try array.values(of: 3).isEmpty)
    case 1: #expect(try array.values(of: [1, 2]).isEmpty)
    default:
      let error = #expect(throws: ShardError.self) { try array.values(of: Digit()) }
      #expect(error?.code == .wrongType)
    }
  }
}
