import PythonJSON
import ShardFormats
import ShardImages

/// A value of each encoding of MDS.
enum EncodedValues {
  static func all() throws -> [(encoding: Encoding, value: ColumnValue)] {
    let jpeg = ColumnValue.bytes(try picture(.rgb, 9, 7).encodedJPEG())
    let png = ColumnValue.bytes(try picture(.rgba, 5, 4).encodedPNG())
    let raw = ColumnValue.image(try RawImage(mode: "RGB", width: 3, height: 2, pixels: Array(0..<18)))
    let numbers: [(Encoding, ColumnValue)] = [
      (.int, .int(-5)), (.int8, .int(-8)), (.int16, .int(16)), (.int32, .int(-32)), (.int64, .int(.min)),
      (.uint8, .int(8)), (.uint16, .int(16)), (.uint32, .int(32)), (.uint64, .integer(JSONInteger(UInt64.max))),
      (.float16, .float16(0.5)), (.float32, .float32(-1.5)), (.float64, .float(1e300)),
      (.strInt, .integer(JSONInteger(decimal: "-123456789012345678901234567890") ?? 0)), (.strFloat, .float(-2.5e-9)),
      (.strDecimal, .decimal("-1.250E+7")),
    ]
    let arrays: [(Encoding, ColumnValue)] = [
      (try Encoding(parsing: "ndarray"), .ndarray(try NDArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]))),
      (try Encoding(parsing: "ndarray:int16"), .ndarray(try NDArray([1, -2] as [Int16]))),
      (try Encoding(parsing: "ndarray:uint8:2,2"), .ndarray(try NDArray([1, 2, 3, 4] as [UInt8], shape: [2, 2]))),
      (try Encoding(parsing: "ndarray"), .ndarray(try NDArray(Array(repeating: 7 as UInt8, count: 300)))),
    ]
    let others: [(Encoding, ColumnValue)] = [
      (.bytes, .bytes([0, 1, 255])), (.str, .string("größer 日本")), (.pkl, .bytes([0x80, 4, 0x4E, 0x2E])),
      (.json, .json(["a": [1, 2.5, nil, true], "ü": ["b": "\n"]])), (.jpeg, jpeg), (.png, png), (.pil, raw),
      (.listJPEG, .list([jpeg, jpeg])), (.listPNG, .list([png])), (.listPIL, .list([raw, raw])),
      (.jpegArray, .list([jpeg])), (.jpegarray, .list([jpeg, jpeg])),
    ]
    return numbers + arrays + others
  }

  /// Files of each kind that the encoders make.
  static func imageFiles() throws -> [[UInt8]] {
    var files: [[UInt8]] = []
    for layout in [PixelLayout.gray, .rgb, .cmyk] {
      for subsampling in ChromaSubsampling.allCases {
        files.append(try picture(layout, 21, 18).encodedJPEG(quality: 60, subsampling: subsampling))
      }
    }
    for layout in [PixelLayout.gray, .grayAlpha, .rgb, .rgba] {
      for depth in PixelDepth.allCases { files.append(try picture(layout, 13, 11, depth).encodedPNG()) }
    }
    return files
  }

  private static func picture(
    _ layout: PixelLayout, _ width: Int, _ height: Int, _ depth: PixelDepth = .uint8
  ) throws -> PixelArray {
    let shape = try PixelShape(width: width, height: height, layout: layout, depth: depth)
    return try PixelArray(
      shape: shape, bytes: (0..<shape.byteCount).map { UInt8(truncatingIfNeeded: $0 * $0 / 3) })
  }
}
