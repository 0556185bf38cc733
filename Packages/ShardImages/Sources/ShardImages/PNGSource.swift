internal import CImages

/// A PNG file over libpng, whose jumps end in the C target.
final class PNGSource: ImageSource {
  let header: ImageHeader
  private let reader: OpaquePointer
  private let isInterlaced: Bool
  private let byteCount: Int

  /// What libpng takes for itself: its state and zlib's window.
  private static let libraryByteCount = 1 << 18

  /// - Parameter file: stays valid for as long as the source lives.
  init(_ file: UnsafeRawBufferPointer, memory: Int, strict: Bool) throws(ImageError) {
    let (budget, overflow) = max(0, memory).addingReportingOverflow(PNGSource.libraryByteCount)
    // Safe because the reader is closed in `deinit` or below, and the caller keeps the file's bytes until then.
    guard
      let reader = cimages_png_open(
        file.baseAddress?.assumingMemoryBound(to: UInt8.self), file.count, overflow ? .max : budget, strict ? 1 : 0)
    else { throw .outOfMemory(PNGSource.libraryByteCount) }
    let status = cimages_png_status(reader)
    guard status == CIMAGES_OK.rawValue, let header = cimages_png_get_header(reader) else {
      let error = PNGSource.error(reader, UInt32(bitPattern: status))
      cimages_png_close(reader)
      throw error
    }
    do throws(ImageError) {
      self.header = try ImageHeader(header.pointee)
    } catch {
      cimages_png_close(reader)
      throw error
    }
    isInterlaced = header.pointee.interlaced != 0
    self.reader = reader
    byteCount = file.count
  }

  deinit { cimages_png_close(reader) }

  private var bitsPerPixel: Int { header.bitDepth * header.layout.channelCount }

  /// Two rows of the largest form, and the library's state.
  var workingByteCount: Int {
    PNGSource.libraryByteCount &+ 3 &* 8 &* header.width
  }

  func nearestShape(to result: PixelShape) throws(ImageError) -> PixelShape {
    let isColor = header.layout == .rgb || header.layout == .rgba || header.layout == .indices
    switch result.layout {
    case .gray where isColor:
      return try PixelShape(width: result.width, height: result.height, layout: .rgb, depth: result.depth)
    case .grayAlpha where isColor:
      return try PixelShape(width: result.width, height: result.height, layout: .rgba, depth: result.depth)
    default: return result
    }
  }

  /// Deflate makes at most 1032 bytes of one, so a small file that states a large image is cut off at best.
  func requirePlausible() throws(ImageError) {
    let (bits, overflow) = header.width.multipliedReportingOverflow(by: bitsPerPixel)
    let (rows, rowOverflow) = (bits / 8).multipliedReportingOverflow(by: header.height)
    guard !overflow, !rowOverflow, rows / 1032 <= byteCount else {
      throw .truncated(.png, after: byteCount, "\(byteCount) bytes, too few for \(header.width) x \(header.height)")
    }
  }

  func read(_ shape: PixelShape, toleratingDamage: Bool, into rows: UnsafeMutableRawBufferPointer) throws(ImageError) {
    try read(transforms(to: shape), rowByteCount: shape.rowByteCount, into: rows)
  }

  /// Reads rows of any transformation; `rows` has `rowByteCount` × height bytes.
  func read(_ transforms: Int, rowByteCount: Int, into rows: UnsafeMutableRawBufferPointer) throws(ImageError) {
    guard rows.count == rowByteCount * header.height else {
      throw .damaged(.png, "rows of another size than stated")
    }
    // Safe because C writes `height` rows of `rowByteCount` bytes, which is all of `rows`, or refuses.
    let status = cimages_png_read(
      reader, Int32(truncatingIfNeeded: transforms), rows.baseAddress?.assumingMemoryBound(to: UInt8.self),
      rowByteCount)
    guard status == CIMAGES_OK.rawValue else {
      throw PNGSource.error(reader, UInt32(bitPattern: status))
    }
  }

  private func transforms(to shape: PixelShape) -> Int {
    var transforms: [cimages_png_transform] = []
    if header.layout == .indices {
      if shape.layout == .indices { return Int(CIMAGES_UNPACK.rawValue) }
      transforms.append(CIMAGES_EXPAND_PALETTE)
    }
    if header.layout == .gray, header.bitDepth < 8 { transforms.append(CIMAGES_EXPAND_GRAY) }
    if header.bitDepth == 16, shape.depth == .uint8 { transforms.append(CIMAGES_HIGH_BYTES) }
    if header.bitDepth < 16, shape.depth == .uint16 { transforms.append(CIMAGES_EXPAND_16) }
    if shape.depth == .uint16 { transforms.append(CIMAGES_LITTLE_ENDIAN) }
    if header.layout == .gray || header.layout == .grayAlpha, shape.layout == .rgb || shape.layout == .rgba {
      transforms.append(CIMAGES_GRAY_TO_RGB)
    }
    if shape.layout.hasAlpha {
      if header.hasTransparency { transforms.append(CIMAGES_TRANSPARENCY_TO_ALPHA) }
      // Without effect where the file or its transparency gives one.
      transforms.append(CIMAGES_ADD_ALPHA)
    } else if header.layout.hasAlpha || header.hasTransparency {
      transforms.append(CIMAGES_STRIP_ALPHA)
    }
    return transforms.reduce(0) { $0 | Int($1.rawValue) }
  }

  private static func error(_ reader: OpaquePointer, _ status: UInt32) -> ImageError {
    // Safe because the message is text with an end, and copied before the reader goes.
    let message = cimages_png_message(reader).map { String(cString: $0) } ?? ""
    let offset = cimages_png_offset(reader)
    switch status {
    case CIMAGES_TRUNCATED.rawValue: return .truncated(.png, after: offset, "its end after \(offset) bytes")
    case CIMAGES_OUT_OF_MEMORY.rawValue:
      return ImageError(
        .limitExceeded, byteOffset: offset, expected: "a PNG file that can be read within the memory limit",
        found: "one that takes more", remedy: "raise the decoder's limits if the file is to be trusted")
    default: return .damaged(.png, message.isEmpty ? "other bytes" : "\"\(message)\"", at: offset)
    }
  }
}

extension ImageHeader {
  fileprivate init(_ header: cimages_png_header) throws(ImageError) {
    var header = header
    format = .png
    (width, height) = (Int(header.width), Int(header.height))
    bitDepth = Int(header.bit_depth)
    hasTransparency = header.has_transparency != 0
    switch header.color_type {
    case 0: layout = .gray
    case 2: layout = .rgb
    case 3: layout = .indices
    case 4: layout = .grayAlpha
    case 6: layout = .rgba
    default: throw .damaged(.png, "color type \(header.color_type)")
    }
    guard layout == .indices else {
      palette = nil
      return
    }
    // Safe because the counts are at most 256, which C ascertains, and the prefix stays within its array.
    let colors = withUnsafeBytes(of: &header.palette) { Array($0.prefix(3 * Int(header.palette_count))) }
    let alpha = withUnsafeBytes(of: &header.alpha) { Array($0.prefix(Int(header.alpha_count))) }
    palette = try ImagePalette(colors: colors, alpha: alpha)
  }
}
