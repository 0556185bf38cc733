internal import CImages
internal import CTurboJPEG

/// How many pixels share a color in a JPEG file.
public enum ChromaSubsampling: Sendable, Hashable, CaseIterable {
  /// None share: the sharpest.
  case none
  /// Two in a row.
  case horizontal
  /// Four in a square: Pillow's own choice, and the smallest.
  case square
}

extension PixelArray {
  /// Encodes the pixels as a JPEG file.
  ///
  /// Gray, RGB and ink stay what they are; of others alpha is left out. The file holds no time and no name: equal pixels give
  /// equal files, for one version of the library.
  /// - Parameter quality: 1 to 100; the default is Pillow's.
  /// - Throws: ``ImageError`` `.badOption`, `.unsupported` for 16 bits and palette indices, `.tooLarge` above 65,500 pixels
  ///   in a direction, `.encodingFailed`.
  public func encodedJPEG(quality: Int = 75, subsampling: ChromaSubsampling = .square) throws(ImageError) -> [UInt8] {
    guard (1...100).contains(quality) else {
      throw ImageError(
        .badOption, expected: "a quality of 1 to 100", found: "\(quality)", remedy: "give a quality in that range")
    }
    guard shape.depth == .uint8, shape.layout != .indices else {
      throw ImageError(
        .unsupported, expected: "8 bits of gray, color or ink", found: "\(shape.layout) of \(shape.depth)",
        remedy: "write a PNG file, or decode the image to `uint8` and `rgb`")
    }
    guard width <= 65_500, height <= 65_500 else {
      throw ImageError(
        .tooLarge, expected: "at most 65500 x 65500 pixels", found: "\(width) x \(height)",
        remedy: "write a PNG file, or smaller images")
    }
    if shape.layout == .grayAlpha { return try opaqueGray().encodedJPEG(quality: quality) }
    var source = self
    if shape.layout == .cmyk { for index in source.bytes.indices { source.bytes[index] = ~source.bytes[index] } }
    return try source.compressedJPEG(quality, subsampling)
  }

  private func opaqueGray() throws(ImageError) -> PixelArray {
    let gray = stride(from: 0, to: bytes.count, by: 2).map { bytes[$0] }
    return try PixelArray(shape: try PixelShape(width: width, height: height, layout: .gray), bytes: gray)
  }

  private func compressedJPEG(_ quality: Int, _ subsampling: ChromaSubsampling) throws(ImageError) -> [UInt8] {
    guard let handle = tjInitCompress() else { throw .outOfMemory(1 << 17) }
    defer { tjDestroy(handle) }
    let sampling: TJSAMP =
      shape.layout == .gray
      ? TJSAMP_GRAY
      : subsampling == .none ? TJSAMP_444 : subsampling == .horizontal ? TJSAMP_422 : TJSAMP_420
    var output: UnsafeMutablePointer<UInt8>?
    var byteCount: UInt = 0
    defer { tjFree(output) }
    // Safe because the library reads the rows that the shape tells, which are all of `bytes`, and gives `output` of
    // `byteCount` bytes, which are copied before it is freed.
    let status = bytes.withUnsafeBufferPointer {
      tjCompress2(
        handle, $0.baseAddress, Int32(width), Int32(shape.rowByteCount), Int32(height),
        JPEGSource.format(of: shape.layout), &output, &byteCount, Int32(sampling.rawValue), Int32(quality),
        TJFLAG_ACCURATEDCT)
    }
    guard status == 0, let output else {
      throw PixelArray.encodingFailed(tjGetErrorStr2(handle).map { String(cString: $0) } ?? "no file")
    }
    return Array(UnsafeBufferPointer(start: output, count: Int(byteCount)))
  }

  /// Encodes the pixels as a PNG file, without loss.
  ///
  /// Palette indices need ``palette``. The file holds no time and no name: equal pixels give equal files, for one version of
  /// the libraries.
  /// - Parameter compressionLevel: zlib's, 0 to 9.
  /// - Throws: ``ImageError`` `.badOption`, `.unsupported` for ink, `.wrongShape` for indices without a palette or outside of
  ///   it, `.tooLarge` above 2^31 - 1 pixels in a direction, `.outOfMemory`, `.encodingFailed`.
  public func encodedPNG(compressionLevel: Int = 6) throws(ImageError) -> [UInt8] {
    guard (0...9).contains(compressionLevel) else {
      throw ImageError(
        .badOption, expected: "a level of 0 to 9", found: "\(compressionLevel)", remedy: "give a level in that range")
    }
    guard width <= Int(Int32.max), height <= Int(Int32.max) else {
      throw ImageError(
        .tooLarge, expected: "at most 2147483647 pixels in a direction", found: "\(width) x \(height)",
        remedy: "write smaller images")
    }
    var image = cimages_png_image()
    (image.width, image.height) = (UInt32(width), UInt32(height))
    image.bit_depth = shape.depth == .uint8 ? 8 : 16
    image.row_byte_count = shape.rowByteCount
    image.compression_level = Int32(compressionLevel)
    switch shape.layout {
    case .gray: image.color_type = 0
    case .rgb: image.color_type = 2
    case .grayAlpha: image.color_type = 4
    case .rgba: image.color_type = 6
    case .indices: image.color_type = 3
    case .cmyk:
      throw ImageError(
        .unsupported, expected: "gray, color or a palette", found: "ink",
        remedy: "write a JPEG file, or decode the image to `rgb`")
    }
    return try compressedPNG(image, try checkedPalette())
  }

  private func compressedPNG(_ image: cimages_png_image, _ palette: ImagePalette?) throws(ImageError) -> [UInt8] {
    var (image, output) = (image, cimages_buffer())
    let (colors, alpha) = (palette?.colors ?? [], palette?.alpha ?? [])
    (image.palette_count, image.alpha_count) = (UInt16(colors.count / 3), UInt16(alpha.count))
    // Safe because C reads the rows, colors and opacities whose counts it is told within this call, and the file is
    // copied before it is freed.
    let status = bytes.withUnsafeBufferPointer { rows in
      colors.withUnsafeBufferPointer { colors in
        alpha.withUnsafeBufferPointer { alpha in
          (image.rows, image.palette, image.alpha) = (rows.baseAddress, colors.baseAddress, alpha.baseAddress)
          return cimages_png_write(&image, &output)
        }
      }
    }
    defer { cimages_free(output.bytes) }
    switch UInt32(bitPattern: status) {
    case CIMAGES_OK.rawValue: return Array(UnsafeBufferPointer(start: output.bytes, count: output.byte_count))
    case CIMAGES_OUT_OF_MEMORY.rawValue: throw .outOfMemory(output.byte_count)
    default:
      let message = withUnsafeBytes(of: &output.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw PixelArray.encodingFailed(message)
    }
  }

  /// The palette of indices, nil in other layouts.
  private func checkedPalette() throws(ImageError) -> ImagePalette? {
    guard shape.layout == .indices else { return nil }
    let highest = Int(bytes.max() ?? 0)
    guard shape.depth == .uint8, let palette, highest < palette.colorCount else {
      throw ImageError(
        .wrongShape, expected: "8-bit indices of a palette", found: "index \(highest) of \(palette?.colorCount ?? 0) colors",
        remedy: "give the array the palette of its indices")
    }
    return palette
  }

  private static func encodingFailed(_ message: String) -> ImageError {
    ImageError(
      .encodingFailed, expected: "the library to encode", found: "\"\(message)\"",
      remedy: "check the size of the image")
  }
}
