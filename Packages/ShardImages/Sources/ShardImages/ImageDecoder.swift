/// Decodes JPEG and PNG files in memory: an option set, cheap to make and to copy; each call stands alone, any thread.
///
/// Which of the two formats a file has is told by its first bytes. A call blocks for as long as it computes.
public struct ImageDecoder: Sendable, Hashable {
  /// The channels of the result; nil for the file's own, with the colors instead of palette indices.
  ///
  /// Gray of colors is their ITU-R 601 luma; alpha of files without is opaque; colors of ink are Pillow's. Leaving alpha out
  /// does not blend. `.indices` is for palette images, `.cmyk` for JPEG files of four components.
  public var layout: PixelLayout?
  /// The numbers of the result; nil for `uint16` where the file has 16 bits. As in Pillow, 16 bits become 8 by their upper half.
  public var depth: PixelDepth?
  public var limits: ImageLimits
  /// Whether to go on where the decoder can: missing parts of a JPEG become gray, irregularities of a PNG beside the
  /// pixels do not count. Without it, which is the default, any damage that is noticed is an error.
  public var toleratesDamage: Bool

  public init(
    layout: PixelLayout? = nil, depth: PixelDepth? = .uint8, limits: ImageLimits = ImageLimits(),
    toleratesDamage: Bool = false
  ) {
    self.layout = layout
    self.depth = depth
    self.limits = limits
    self.toleratesDamage = toleratesDamage
  }

  /// What a file tells before its pixels. Limits do not count yet.
  /// - Throws: ``ImageError`` `.unknownFormat`, `.damaged`, `.truncated`, `.unsupported`.
  public func header(of file: RawSpan) throws(ImageError) -> ImageHeader {
    try withSource(file) { (source) throws(ImageError) in source.header }
  }

  /// The shape that decoding a file gives, to take memory for it.
  /// - Throws: as ``header(of:)``; ``ImageError`` `.limitExceeded`, `.layoutUnavailable`.
  public func shape(of file: RawSpan) throws(ImageError) -> PixelShape {
    try withSource(file) { (source) throws(ImageError) in try plan(source).result }
  }

  /// Decodes a file to an array.
  /// - Throws: as ``shape(of:)``; ``ImageError`` `.outOfMemory`. A JPEG has no checksum: damage may show as other pixels.
  public func decode(_ file: RawSpan) throws(ImageError) -> PixelArray {
    try withSource(file) { (source) throws(ImageError) in
      let plan = try plan(source)
      let bytes = try makePixels(plan.result.byteCount) { (rows) throws(ImageError) in
        try source.read(plan, into: rows)
      }
      return PixelArray(plan.result, bytes, plan.result.layout == .indices ? source.header.palette : nil)
    }
  }

  /// Decodes a file to the array of an earlier image, whose memory is kept when it is large enough.
  /// - Throws: as ``decode(_:)``; the array then has the shape of before and unspecified pixels.
  public func decode(_ file: RawSpan, into array: inout PixelArray) throws(ImageError) {
    try withSource(file) { (source) throws(ImageError) in
      let plan = try plan(source)
      let missing = plan.result.byteCount - array.bytes.count
      if missing > 0 {
        try requireMemory(plan.result.byteCount)
        array.bytes.append(contentsOf: repeatElement(0, count: missing))
      } else {
        array.bytes.removeLast(-missing)
      }
      do throws(ImageError) {
        try source.read(plan, into: &array.bytes)
      } catch {
        // The array's shape must go on to describe its bytes.
        array.resizeToShape()
        throw error
      }
      array.shape = plan.result
      array.palette = plan.result.layout == .indices ? source.header.palette : nil
    }
  }

  /// Decodes a file to the end of the caller's memory, without a copy in between.
  /// - Parameter out: needs room for the pixels, and gains exactly these, or none when an error is thrown.
  /// - Returns: the shape of what was added.
  /// - Throws: as ``decode(_:)``; ``ImageError`` `.noRoom`.
  @discardableResult
  public func decode(_ file: RawSpan, into out: inout OutputRawSpan) throws(ImageError) -> PixelShape {
    try withSource(file) { (source) throws(ImageError) in
      let plan = try plan(source)
      guard plan.result.byteCount <= out.freeCapacity else {
        throw ImageError(
          .noRoom, expected: "room for \(plan.result.byteCount) bytes", found: "\(out.freeCapacity)",
          remedy: "give a larger buffer; `shape(of:)` tells how large")
      }
      try source.read(plan, into: &out)
      return plan.result
    }
  }

  // MARK: Planning

  /// What is decoded, and what is made of it.
  private func plan(_ source: any ImageSource) throws(ImageError) -> DecodingPlan {
    let header = source.header
    try limits.check(width: header.width, height: header.height)
    let layout = layout ?? (header.layout == .indices ? (header.hasTransparency ? .rgba : .rgb) : header.layout)
    let depth = depth ?? (header.bitDepth == 16 ? .uint16 : .uint8)
    guard layout == header.layout || (layout != .indices && layout != .cmyk),
      layout != .indices || depth == .uint8
    else {
      throw ImageError(
        .layoutUnavailable, expected: "an image of \(layout) with \(depth)",
        found: "a \(header.format) file of \(header.layout)", remedy: "ask for a layout that the file has or gray, rgb or rgba")
    }
    let result = try PixelShape(width: header.width, height: header.height, layout: layout, depth: depth)
    let plan = DecodingPlan(
      decoded: try source.nearestShape(to: result), result: result, toleratesDamage: toleratesDamage)
    let copy = plan.decoded == plan.result ? 0 : plan.decoded.byteCount
    try limits.check(pixels: plan.result.byteCount, besides: source.workingByteCount &+ copy)
    try source.requirePlausible()
    return plan
  }
}

/// What a source decodes, and what the caller gets: the same, or a conversion of it.
struct DecodingPlan {
  var decoded: PixelShape
  var result: PixelShape
  var toleratesDamage: Bool
}

extension PixelArray {
  init(_ shape: PixelShape, _ bytes: [UInt8], _ palette: ImagePalette?) {
    self.shape = shape
    self.bytes = bytes
    self.palette = palette
  }

  mutating func resizeToShape() {
    let missing = shape.byteCount - bytes.count
    if missing > 0 {
      bytes.append(contentsOf: repeatElement(0, count: missing))
    } else {
      bytes.removeLast(-missing)
    }
  }
}
