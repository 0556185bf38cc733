internal import BinaryIO

/// A `pil` image where it lies in a shard: mode, size, and the pixels as ``RawImage`` describes them.
public struct RawImageView: ~Escapable {
  public let mode: String
  public let width: Int
  public let height: Int
  public let pixels: RawSpan

  /// Reads mode and size and checks that the pixels are all there.
  /// - Throws: ``ShardError`` `.undecodable`.
  @_lifetime(copy column)
  public init(_ column: RawSpan) throws(ShardError) {
    let header = try RawImageHeader(column)
    mode = header.mode
    width = header.width
    height = header.height
    pixels = column.extracting(header.byteCount..<column.byteCount)
  }
}

/// What stands before a `pil` image's pixels: width, height, the mode's length, the mode.
struct RawImageHeader {
  var mode: String
  var width: Int
  var height: Int
  /// The bytes before the pixels.
  var byteCount: Int

  init(_ column: RawSpan) throws(ShardError) {
    guard let width = column.uint32(at: 0), let height = column.uint32(at: 4),
      let length = column.uint32(at: 8),
      let name = column.slice(12..<12 + Int(length))
    else {
      throw ShardError(
        .undecodable, expected: "an image's size and mode", found: "\(column.byteCount) bytes",
        remedy: ShardError.downloadAgain)
    }
    mode = String(decoding: name.copied(), as: UTF8.self)
    self.width = Int(width)
    self.height = Int(height)
    byteCount = 12 + Int(length)
    try RawImageHeader.check(
      mode: mode, width: self.width, height: self.height, byteCount: column.byteCount - byteCount,
      code: .undecodable)
  }

  /// Bits of a pixel in Pillow's raw form, for each mode that `Image.frombytes` knows.
  private static let bitsPerPixel: [String: Int] = [
    "1": 1, "L": 8, "P": 8, "LA": 16, "La": 16, "PA": 16, "RGB": 24, "YCbCr": 24, "LAB": 24, "HSV": 24,
    "RGBA": 32,
    "RGBa": 32, "RGBX": 32, "CMYK": 32, "I": 32, "F": 32, "I;16": 16, "I;16L": 16, "I;16B": 16, "I;16N": 16,
  ]

  /// - Throws: ``ShardError`` with `code` unless the pixels are exactly as many as mode and size need.
  static func check(mode: String, width: Int, height: Int, byteCount: Int, code: ShardError.Code)
    throws(ShardError)
  {
    guard let bits = bitsPerPixel[mode] else {
      throw ShardError(
        code, expected: "one of Pillow's modes", found: "\"\(mode.prefix(40))\"",
        remedy: "convert the image to one of \(bitsPerPixel.keys.sorted().joined(separator: ", "))")
    }
    // Width and height fit 32 bits where they come from a file; a row of 2^32 pixels is 2^34 bytes, so only rows × height
    // and a caller's own numbers can overflow.
    let (rowBits, rowOverflow) = width.multipliedReportingOverflow(by: bits)
    let (needed, overflow) = ((rowBits &+ 7) / 8).multipliedReportingOverflow(by: height)
    guard width >= 0, height >= 0, !rowOverflow, rowBits <= .max - 7, !overflow, needed == byteCount else {
      throw ShardError(
        code, expected: "the pixels of a \(mode) image of \(width) x \(height)", found: "\(byteCount) bytes",
        remedy: code == .undecodable ? ShardError.downloadAgain : "give exactly the image's pixels")
    }
  }
}
