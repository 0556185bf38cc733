internal import CTurboJPEG

/// A JPEG file over libturbojpeg, which returns its errors: no jump leaves it.
final class JPEGSource: ImageSource {
  let header: ImageHeader
  private let frame: JPEGFrame
  private let file: UnsafeRawBufferPointer

  /// - Parameter file: stays valid for as long as the source lives.
  init(_ file: UnsafeRawBufferPointer) throws(ImageError) {
    // Safe because the source does not outlive the file's bytes, which its maker sees to.
    self.file = file
    frame = try JPEGFrame(file.bytes)
    header = ImageHeader(
      format: .jpeg, width: frame.width, height: frame.height, layout: frame.layout, bitDepth: 8,
      hasTransparency: false, palette: nil)
  }

  var workingByteCount: Int { frame.workingByteCount }

  func nearestShape(to result: PixelShape) throws(ImageError) -> PixelShape {
    let layout: PixelLayout =
      frame.layout == .cmyk ? .cmyk : result.layout == .grayAlpha ? .gray : result.layout
    return try PixelShape(width: result.width, height: result.height, layout: layout)
  }

  func requirePlausible() {}

  func read(_ shape: PixelShape, toleratingDamage: Bool, into rows: UnsafeMutableRawBufferPointer) throws(ImageError) {
    // A handle of its own: the tables of one file stay in a handle, and a damaged next one would be decoded with them.
    guard let handle = tjInitDecompress() else { throw .outOfMemory(workingByteCount) }
    defer { tjDestroy(handle) }
    let bytes = file.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let byteCount = UInt(file.count)
    var (width, height, subsampling, colors): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    // What it returns plays no part: it also complains of samplings that only its other functions cannot handle, and
    // of all else decompressing complains too. Its size is what decompressing will write.
    _ = tjDecompressHeader3(handle, bytes, byteCount, &width, &height, &subsampling, &colors)
    guard width == 0 || (Int(width) == shape.width && Int(height) == shape.height), rows.count == shape.byteCount
    else { throw .damaged(.jpeg, "a second size, \(width) x \(height)") }
    let flags = TJFLAG_LIMITSCANS | (toleratingDamage ? 0 : TJFLAG_STOPONWARNING)
    // Safe because the library writes `height` rows of `rowByteCount` bytes at most, also when it scales, and `rows`
    // was checked to have exactly these; the sizes fit as they came from 16 bits.
    let status = tjDecompress2(
      handle, bytes, byteCount, rows.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(shape.width),
      Int32(shape.rowByteCount), Int32(shape.height), JPEGSource.format(of: shape.layout), flags)
    if status != 0, !(toleratingDamage && tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue)) {
      throw error(handle)
    }
    // Files hold ink inverted; so do Pillow and everybody since Photoshop.
    if shape.layout == .cmyk { for index in rows.indices { rows[index] = ~rows[index] } }
  }

  private func error(_ handle: tjhandle) -> ImageError {
    // Safe because the message is text with an end, and copied before the handle goes.
    let message = tjGetErrorStr2(handle).map { String(cString: $0) } ?? "other bytes"
    if message.hasPrefix("Premature end of") { return .truncated(.jpeg, after: file.count, "\"\(message)\"") }
    if message.hasPrefix("Insufficient memory") || message.hasSuffix("Memory allocation failure") {
      return .outOfMemory(workingByteCount)
    }
    return .damaged(.jpeg, "\"\(message)\"")
  }

  static func format(of layout: PixelLayout) -> Int32 {
    switch layout {
    case .gray, .grayAlpha, .indices: Int32(TJPF_GRAY.rawValue)
    case .rgb: Int32(TJPF_RGB.rawValue)
    case .rgba: Int32(TJPF_RGBA.rawValue)
    case .cmyk: Int32(TJPF_CMYK.rawValue)
    }
  }
}
