public import BinaryIO

/// How large an image may be. Checked with the sizes that the file states, before memory is taken for them.
public struct ImageLimits: Sendable, Hashable {
  /// The most pixels in a row.
  public var width: Int
  /// The most rows.
  public var height: Int
  /// The most pixels; the default is the number from which on Pillow warns of a decompression bomb.
  public var pixelCount: Int
  /// The most memory for one image, in bytes: its pixels, and what the decoder needs besides.
  public var memory: ByteCount

  public init(
    width: Int = 65_535, height: Int = 65_535, pixelCount: Int = 89_478_485, memory: ByteCount = .megabytes(512)
  ) {
    self.width = width
    self.height = height
    self.pixelCount = pixelCount
    self.memory = memory
  }

  /// - Throws: ``ImageError`` `.limitExceeded`.
  func check(width: Int, height: Int) throws(ImageError) {
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard width <= self.width, height <= self.height, !overflow, pixels <= pixelCount else {
      throw ImageError(
        .limitExceeded,
        expected: "at most \(self.width) x \(self.height) and \(pixelCount) pixels", found: "\(width) x \(height)",
        remedy: "raise the decoder's limits if the file is to be trusted")
    }
  }

  /// - Throws: ``ImageError`` `.limitExceeded` when the sum is above the memory limit.
  func check(pixels: Int, besides: Int) throws(ImageError) {
    let (total, overflow) = pixels.addingReportingOverflow(besides)
    guard !overflow, total <= memory.value else {
      throw ImageError(
        .limitExceeded, expected: "an image that takes at most \(memory.value) bytes of memory",
        found: overflow ? "more than can be counted" : "\(total)",
        remedy: "raise the decoder's limits if the file is to be trusted")
    }
  }
}
