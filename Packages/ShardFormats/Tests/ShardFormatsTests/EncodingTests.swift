import BinaryIO
import PythonJSON
import ShardFormats
import Testing

@Suite struct EncodingTests {
  static func oracle() throws -> [(String, [(JSONValue, String?)])] {
    (try JSONValue(parsing: encodingOracle).array ?? []).map { row in
      (row[0]?.string ?? "", (row[1]?.array ?? []).map { ($0[0] ?? .null, $0[1]?.string) })
    }
  }

  static func bytes(hex: String) -> [UInt8] {
    let digits = Array(hex.utf8)
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) ?? 0
    }
  }

  static func value(_ form: JSONValue) throws -> ColumnValue {
    if let text = form["int"]?.string { return .integer(try #require(JSONInteger(decimal: text))) }
    if let text = form["float"]?.string { return .float(try #require(Double(text))) }
    if let text = form["string"]?.string { return .string(text) }
    if let text = form["decimal"]?.string { return .decimal(text) }
    let type = try #require(NDArrayType(name: form["dtype"]?.string ?? ""))
    let shape = (form["shape"]?.array ?? []).compactMap(\.int)
    let zeros = String(repeating: "00", count: shape.reduce(type.byteCount, *))
    return .ndarray(try NDArray(type: type, shape: shape, bytes: bytes(hex: form["hex"]?.string ?? zeros)))
  }

  @Test("encodes as upstream, and decodes what it encoded")
  func encoding() throws {
    var count = 0
    for (name, values) in try Self.oracle() {
      let encoding = try Encoding(parsing: name)
      for (form, hex) in values {
        let value = try Self.value(form)
        var encoded: [UInt8] = [1, 2]
        do {
          try encoding.encode(value, into: &encoded)
          let expected = try #require(hex, "\(name) \(form): expected an error")
          #expect(encoded.prefix(2) == [1, 2])
          encoded.removeFirst(2)
          let compared = form["hex"] == nil && form["dtype"] != nil ? Array(encoded.prefix(140)) : encoded
          #expect(compared == Self.bytes(hex: expected), "\(name) \(form)")
        } catch {
          #expect(hex == nil, "\(name) \(form): \(error)")
          #expect(encoded == [1, 2], "nothing is appended")
          continue
        }
        let decoded = try encoding.decode(encoded.span.bytes)
        var again: [UInt8] = []
        try encoding.encode(decoded, into: &again)
        #expect(again == encoded, "\(name) \(form)")
        if case .ndarray = value, name.hasPrefix("ndarray") { #expect(decoded == value) }
        if case .int = value, name == encoding.name, name.contains("int") {
          #expect(decoded == value, "\(name)")
        }
        count += 1
      }
    }
    #expect(count > 250)
  }

  @Test("reads integers as Python's int", arguments: pythonIntegers)
  func integers(text: String, expected: String?) {
    let bytes = Array(text.utf8)
    let value = try? Encoding.strInt.decode(bytes.span.bytes)
    #expect(value == expected.flatMap { JSONInteger(decimal: $0) }.map(ColumnValue.integer))
  }

  @Test("reads floats as Python's float", arguments: pythonFloats)
  func floats(text: String, expected: UInt64?) {
    let bytes = Array(text.utf8)
    guard case .float(let value)? = try? Encoding.strFloat.decode(bytes.span.bytes) else {
      #expect(expected == nil, "\(text)")
      return
    }
    let float = expected.map { Double(bitPattern: $0) }
    #expect(
      float.map { $0.isNaN ? value.isNaN : value.bitPattern == $0.bitPattern } == true, "\(text): \(value)")
  }

  @Test("reads and prints decimals as Python's Decimal", arguments: pythonDecimals)
  func decimals(text: String, expected: String?) {
    let bytes = Array(text.utf8)
    let value = try? Encoding.strDecimal.decode(bytes.span.bytes)
    #expect(value == expected.map(ColumnValue.decimal), "\(text)")
  }

  @Test("knows upstream's 28 names, and how wide they are")
  func names() throws {
    // python3 -c 'from streaming.base.format.mds.encodings import *; print({n: get_mds_encoded_size(n) for n in …})'
    let widths: [String: Int?] = [
      "bytes": nil, "str": nil, "int": 8, "ndarray": nil, "uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8,
      "int8": 1,
      "int16": 2, "int32": 4, "int64": 8, "float16": 2, "float32": 4, "float64": 8, "str_int": nil,
      "str_float": nil,
      "str_decimal": nil, "pil": nil, "jpeg": nil, "jpeg_array": nil, "jpegarray": nil, "png": nil,
      "list[pil]": nil,
      "list[jpeg]": nil, "list[png]": nil, "pkl": nil, "json": nil, "ndarray:int16": nil,
      "ndarray:int16:2,3": 12,
    ]
    #expect(widths.count == 30)
    for (name, width) in widths {
      let encoding = try Encoding(parsing: name)
      #expect(encoding.name == name)
      #expect(encoding.fixedByteCount == width, "\(name)")
      #expect(encoding.isAllowed(in: .mds))
    }
    #expect(try Encoding(parsing: "ndarray:") == .ndarray(.dynamic))
    #expect(try Encoding(parsing: "ndarray:int8: 2 ,0_3").name == "ndarray:int8:2,3")
    for name in [
      "", "Int", "int ", "int:8", "list[int]", "ndarray::2,3", "ndarray:bool", "ndarray:int8:",
      "ndarray:int8:2,",
      "ndarray:int8:0", "ndarray:int8:-1", "ndarray:int8:2:3", "ndarray:int8:a", "pkl:x", "nd:int8",
    ] {
      #expect(throws: ShardError.self, "\(name)") { try Encoding(parsing: name) }
    }
  }

  @Test("takes the caller's own encodings, beside upstream's only")
  func custom() throws {
    let reversed = CustomEncoding(
      name: "reversed",
      encode: { value in
        guard case .string(let text) = value else { throw CancellationError() }
        return text.utf8.reversed()
      }, decode: { bytes in .string(String(decoding: Array(bytes.copied().reversed()), as: UTF8.self)) })
    var registry = EncodingRegistry()
    try registry.register(reversed)
    let encoding = try Encoding(parsing: "reversed", registry: registry)
    var bytes: [UInt8] = []
    try encoding.encode("abc", into: &bytes)
    #expect(bytes == Array("cba".utf8))
    #expect(try encoding.decode(bytes.span.bytes) == "abc")
    #expect(throws: ShardError.self) { try encoding.encode(7, into: &bytes) }
    #expect(throws: ShardError.self) { try Encoding(parsing: "reversed") }
    for name in ["int", "", "a:b"] {
      #expect(throws: ShardError.self) {
        try registry.register(CustomEncoding(name: name, encode: { _ in [] }, decode: { _ in 0 }))
      }
    }
  }

  @Test("infers the encoding of a value")
  func inference() throws {
    let jpeg: ColumnValue = .bytes([0xFF, 0xD8, 0xFF, 0xE0])
    let image = ColumnValue.image(try RawImage(mode: "L", width: 1, height: 1, pixels: [0]))
    let cases: [(ColumnValue, String?)] = [
      (1, "int"), (.bigInt(JSONInteger(UInt64.max)), "str_int"), (1.5, "float64"), (.float32(1), "float32"),
      ("a", "str"),
      (.bytes([1]), "bytes"), (jpeg, "jpeg"),
      (.bytes([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), "png"),
      (.json(nil), "json"), (.decimal("1"), "str_decimal"), (image, "pil"), (.list([image]), "list[pil]"),
      (.list([jpeg]), "list[jpeg]"), (.list([]), nil),
      (.ndarray(try NDArray([1, 2] as [Int16])), "ndarray:int16"),
    ]
    for (value, name) in cases { #expect(value.inferredEncoding?.name == name) }
  }

  @Test("gives an array's elements where they lie, or copied")
  func arrayViews() throws {
    let array = try NDArray([1.5, -2.5, 3.5, 4.5] as [Float], shape: [2, 2])
    var bytes: [UInt8] = []
    try Encoding.ndarray(.dynamic).encode(.ndarray(array), into: &bytes)
    let view = try NDArrayView(bytes.span.bytes, layout: .dynamic)
    #expect(view.shape == [2, 2])
    #expect(view.count == 4)
    #expect(view.elements(as: Float.self) == [1.5, -2.5, 3.5, 4.5])
    #expect(view.elements(as: Double.self) == nil)
    #expect(array.elements(as: Float.self) == [1.5, -2.5, 3.5, 4.5])
    let whole = array.bytes
    let fixed = try NDArrayView(whole.span.bytes, layout: NDArrayLayout(type: .float32, shape: [2, 2]))
    if let span = fixed.span(of: Float.self) {
      let sum = span[0] + span[1] + span[2] + span[3]
      #expect(sum == 7)
    } else {
      Issue.record("an array's storage is aligned")
    }
    #expect(throws: ShardError.self) { try NDArray([1, 2, 3] as [Int8], shape: [2]) }
  }

  @Test(
    "no bytes trap any encoding",
    arguments: try oracle().map(\.0) + ["pil", "list[pil]", "list[png]", "jpeg_array", "json"])
  func anyBytes(name: String) throws {
    let encoding = try Encoding(parsing: name)
    var random = SystemRandomNumberGenerator()
    for length in 0..<80 {
      for _ in 0..<8 {
        var bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
        // Heads are read as small numbers too, or nothing behind them is ever reached.
        for index in bytes.indices where index % 4 != 0 && Bool.random(using: &random) { bytes[index] = 0 }
        _ = try? encoding.decode(bytes.span.bytes)
      }
    }
  }
}
