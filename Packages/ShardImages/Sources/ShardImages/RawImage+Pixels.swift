internal import BinaryIO
public import ShardFormats

extension PixelArray {
  /// The pixels of a `pil` column as an array.
  ///
  /// `1` becomes gray of 0 and 255; `L`, `LA`, `RGB`, `RGBA`, `CMYK` and `P` (as indices, whose palette the column does not
  /// hold) stay what they are; `RGBX` loses its fourth byte; `I;16` and its kin become gray of 16 bits.
  /// - Throws: ``ImageError`` `.unsupported` for the modes without such a form (`I`, `F`, `YCbCr`, `LAB`, `HSV`, `PA`, `La`,
  ///   `RGBa`): their pixels are there as `sample.image(_:).pixels`.
  public init(_ image: RawImageView) throws(ImageError) {
    try self.init(mode: image.mode, width: image.width, height: image.height, pixels: image.pixels)
  }

  /// The pixels of a `pil` value as an array; see ``init(_:)-(RawImageView)``.
  public init(_ image: RawImage) throws(ImageError) {
    try self.init(mode: image.mode, width: image.width, height: image.height, pixels: image.pixels.span.bytes)
  }

  private init(mode: String, width: Int, height: Int, pixels: RawSpan) throws(ImageError) {
    let (layout, depth) = try PixelArray.form(of: mode)
    let shape = try PixelShape(width: width, height: height, layout: layout, depth: depth)
    let bytes: [UInt8]
    switch mode {
    case "1":
      let rowByteCount = (width + 7) / 8
      bytes = (0..<width * height).map { pixel in
        let byte = pixels.uint8(at: pixel / width * rowByteCount + pixel % width / 8) ?? 0
        return byte >> (7 - UInt8(pixel % width % 8)) & 1 == 1 ? 255 : 0
      }
    case "RGBX":
      bytes = (0..<width * height * 3).map { pixels.uint8(at: $0 / 3 * 4 + $0 % 3) ?? 0 }
    case "I;16B":
      bytes = (0..<width * height * 2).map { pixels.uint8(at: $0 ^ 1) ?? 0 }
    default: bytes = pixels.copied()
    }
    try self.init(shape: shape, bytes: bytes)
  }

  private static func form(of mode: String) throws(ImageError) -> (PixelLayout, PixelDepth) {
    switch mode {
    case "1", "L": (.gray, .uint8)
    case "LA": (.grayAlpha, .uint8)
    case "RGB", "RGBX": (.rgb, .uint8)
    case "RGBA": (.rgba, .uint8)
    case "CMYK": (.cmyk, .uint8)
    case "P": (.indices, .uint8)
    case "I;16", "I;16L", "I;16B", "I;16N": (.gray, .uint16)
    default:
      throw ImageError(
        .unsupported, expected: "a mode of 8-bit channels, `1` or `I;16`", found: "mode \"\(mode)\"",
        remedy: "read the column with `sample.image`, which gives the pixels as they are stored")
    }
  }
}

extension RawImage {
  /// The array as a value of a `pil` column: `L`, `LA`, `RGB`, `RGBA`, `CMYK`, `P` (whose palette is lost, as upstream
  /// loses it), or `I;16` for gray of 16 bits.
  /// - Throws: ``ImageError`` `.unsupported` for other arrays of 16 bits, which Pillow does not have.
  public init(_ array: PixelArray) throws(ImageError) {
    let mode: String
    switch (array.shape.layout, array.shape.depth) {
    case (.gray, .uint8): mode = "L"
    case (.gray, .uint16): mode = "I;16"
    case (.grayAlpha, .uint8): mode = "LA"
    case (.rgb, .uint8): mode = "RGB"
    case (.rgba, .uint8): mode = "RGBA"
    case (.cmyk, .uint8): mode = "CMYK"
    case (.indices, .uint8): mode = "P"
    case (let layout, .uint16):
      throw ImageError(
        .unsupported, expected: "8 bits, or gray of 16", found: "\(layout) of 16 bits",
        remedy: "decode the image with a depth of `uint8`, or write the column as an ndarray")
    }
    try self.init(mode: mode, width: array.width, height: array.height, pixels: array.bytes, ())
  }

  init(mode: String, width: Int, height: Int, pixels: [UInt8], _: Void) throws(ImageError) {
    do {
      try self.init(mode: mode, width: width, height: height, pixels: pixels)
    } catch {
      throw ImageError(
        .wrongShape, expected: error.expected, found: error.found, remedy: error.remedy, cause: error)
    }
  }
}

extension ImageDecoder {
  /// Decodes a file to what upstream hands out: Pillow's mode of the file, and the pixels as its `tobytes()` gives them.
  ///
  /// 1-bit gray stays packed (`1`), palette images are indices (`P`), 16-bit gray is `I;16`, the upper bytes of other 16-bit
  /// images `RGB` or `RGBA`. ``layout`` and ``depth`` play no part.
  /// - Throws: ``ImageError`` as ``decode(_:)``.
  public func pillowImage(_ file: RawSpan) throws(ImageError) -> RawImage {
    let header = try header(of: file)
    var decoder = self
    decoder.layout = header.pillowMode == "RGBA" ? .rgba : header.layout
    decoder.depth = header.layout == .gray ? nil : .uint8
    let array = try decoder.decode(file)
    guard header.pillowMode == "1" else { return try RawImage(array) }
    let rowByteCount = (array.width + 7) / 8
    var pixels = [UInt8](repeating: 0, count: rowByteCount * array.height)
    for (pixel, value) in array.bytes.enumerated() where value != 0 {
      let column = pixel % array.width
      pixels[pixel / array.width * rowByteCount + column / 8] |= 0x80 >> UInt8(column % 8)
    }
    return try RawImage(mode: "1", width: array.width, height: array.height, pixels: pixels, ())
  }
}
