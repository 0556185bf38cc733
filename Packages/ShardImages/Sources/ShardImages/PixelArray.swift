/// An image's pixels in memory: shape (height, width, channels) in C order, of `UInt8` or little-endian `UInt16`.
public struct PixelArray: Sendable, Hashable {
  public internal(set) var shape: PixelShape
  /// `shape.byteCount` bytes.
  public internal(set) var bytes: [UInt8]
  /// The colors that ``PixelLayout/indices`` stand for; nil in other layouts, and where the palette is not known.
  public internal(set) var palette: ImagePalette?

  /// - Parameter bytes: rows from the top without padding, `shape.byteCount` bytes.
  /// - Throws: ``ImageError`` `.wrongShape` for another number of bytes.
  public init(shape: PixelShape, bytes: [UInt8], palette: ImagePalette? = nil) throws(ImageError) {
    guard bytes.count == shape.byteCount else {
      throw ImageError(
        .wrongShape, expected: "\(shape.byteCount) bytes for \(shape.width) x \(shape.height) pixels",
        found: "\(bytes.count)", remedy: "give exactly the image's pixels")
    }
    self.shape = shape
    self.bytes = bytes
    self.palette = shape.layout == .indices ? palette : nil
  }

  public var width: Int { shape.width }
  public var height: Int { shape.height }

  /// A channel's number; nil outside of the image. For single looks: a loop over all pixels goes over ``bytes``.
  public func value(row: Int, column: Int, channel: Int) -> Int? {
    guard (0..<height).contains(row), (0..<width).contains(column),
      (0..<shape.layout.channelCount).contains(channel)
    else { return nil }
    let start = row * shape.rowByteCount + (column * shape.layout.channelCount + channel) * shape.depth.byteCount
    switch shape.depth {
    case .uint8: return Int(bytes[start])
    case .uint16: return Int(bytes[start]) | Int(bytes[start + 1]) << 8
    }
  }
}

/// The colors of a palette image.
public struct ImagePalette: Sendable, Hashable {
  /// Red, green and blue of each color, 1 to 256 of them.
  public let colors: [UInt8]
  /// The opacity of the first colors; those behind are opaque.
  public let alpha: [UInt8]

  /// - Throws: ``ImageError`` `.wrongShape` unless there are 1 to 256 colors and no more opacities than colors.
  public init(colors: [UInt8], alpha: [UInt8] = []) throws(ImageError) {
    guard colors.count.isMultiple(of: 3), (3...768).contains(colors.count), alpha.count <= colors.count / 3 else {
      throw ImageError(
        .wrongShape, expected: "1 to 256 colors of three bytes, and no more opacities than colors",
        found: "\(colors.count) bytes and \(alpha.count) opacities", remedy: "give red, green and blue of each color")
    }
    self.colors = colors
    self.alpha = alpha
  }

  public var colorCount: Int { colors.count / 3 }
}
