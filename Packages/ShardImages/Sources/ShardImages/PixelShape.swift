/// What the channels of a pixel are, in their order.
public enum PixelLayout: Sendable, Hashable, CaseIterable {
  case gray
  case grayAlpha
  case rgb
  case rgba
  /// Ink, 0 is none and 255 is full, as Pillow has it; JPEG files hold it inverted.
  case cmyk
  /// A number in a palette.
  case indices

  /// The numbers of a pixel.
  public var channelCount: Int {
    switch self {
    case .gray, .indices: 1
    case .grayAlpha: 2
    case .rgb: 3
    case .rgba, .cmyk: 4
    }
  }

  /// Whether the last channel is opacity.
  public var hasAlpha: Bool { self == .grayAlpha || self == .rgba }
}

/// The type of a channel's number.
public enum PixelDepth: Sendable, Hashable, CaseIterable {
  case uint8
  /// Two bytes, little-endian.
  case uint16

  public var byteCount: Int { self == .uint8 ? 1 : 2 }
}

/// Size and kind of an array of pixels: shape (height, width, channels), C order, rows from the top, no padding.
public struct PixelShape: Sendable, Hashable {
  public let width: Int
  public let height: Int
  public let layout: PixelLayout
  public let depth: PixelDepth
  /// The bytes of a row.
  public let rowByteCount: Int
  /// The bytes of all rows.
  public let byteCount: Int

  /// - Throws: ``ImageError`` `.wrongShape` when width or height is below 1 or the bytes are more than an `Int` holds.
  public init(width: Int, height: Int, layout: PixelLayout, depth: PixelDepth = .uint8) throws(ImageError) {
    let (row, rowOverflow) = width.multipliedReportingOverflow(by: layout.channelCount * depth.byteCount)
    let (total, overflow) = row.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, !rowOverflow, !overflow else {
      throw ImageError(
        .wrongShape, expected: "a width and a height of at least 1 whose pixels can be counted",
        found: "\(width) x \(height)", remedy: "give the image's own width and height")
    }
    self.width = width
    self.height = height
    self.layout = layout
    self.depth = depth
    rowByteCount = row
    byteCount = total
  }

  /// `[height, width, channels]`.
  public var dimensions: [Int] { [height, width, layout.channelCount] }
}
