/// The file formats of images.
public enum ImageFileFormat: Sendable, Hashable, CaseIterable, CustomStringConvertible {
  case jpeg
  case png

  public var description: String { self == .jpeg ? "JPEG" : "PNG" }

  /// The format that the first bytes tell; nil for any other.
  public init?(signatureOf file: RawSpan) {
    func starts(with signature: [UInt8]) -> Bool {
      guard file.byteCount >= signature.count else { return false }
      return signature.indices.allSatisfy { file.unsafeLoad(fromByteOffset: $0, as: UInt8.self) == signature[$0] }
    }
    if starts(with: [0xff, 0xd8, 0xff]) {
      self = .jpeg
    } else if starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
      self = .png
    } else {
      return nil
    }
  }
}

/// What an image file tells before its pixels.
public struct ImageHeader: Sendable, Hashable {
  public let format: ImageFileFormat
  public let width: Int
  public let height: Int
  /// The channels as stored: `.indices` for a palette image, `.cmyk` for a JPEG of four components.
  public let layout: PixelLayout
  /// The bits of a channel as stored: 1, 2, 4, 8 or 16.
  public let bitDepth: Int
  /// Whether a color, or colors of the palette, are marked as transparent besides the channels.
  public let hasTransparency: Bool
  /// The colors of a palette image.
  public let palette: ImagePalette?

  /// Pillow's mode of the image when it is opened: `1`, `L`, `LA`, `P`, `RGB`, `RGBA`, `I;16` or `CMYK`; `RGBA` for gray and
  /// alpha of 16 bits.
  public var pillowMode: String {
    switch layout {
    case .gray: bitDepth == 1 ? "1" : bitDepth == 16 ? "I;16" : "L"
    case .grayAlpha: bitDepth == 16 ? "RGBA" : "LA"
    case .rgb: "RGB"
    case .rgba: "RGBA"
    case .cmyk: "CMYK"
    case .indices: "P"
    }
  }
}
