/// Converts pixels one by one, for the few conversions that the libraries do not make.
///
/// Gray is Pillow's luma of ITU-R 601 in integers, colors of ink are Pillow's `CMYK` to `RGB`, 8 bits become 16 by repeating
/// them, and 16 bits 8 by their upper half. Palette indices are never converted.
/// - Parameters: both buffers have exactly the bytes of their shapes, which agree in width and height.
func convertPixels(
  _ source: UnsafeRawBufferPointer, _ from: PixelShape, to: PixelShape, _ target: UnsafeMutableRawBufferPointer
) {
  let (fromWidth, toWidth) = (from.depth.byteCount, to.depth.byteCount)
  let (fromStep, toStep) = (fromWidth * from.layout.channelCount, toWidth * to.layout.channelCount)
  // Safe because `pixel` stays below the number of pixels of both shapes, and the buffers hold as many; each access is
  // inside of its pixel.
  func load(_ pixel: Int, _ channel: Int) -> Int {
    let start = pixel * fromStep + channel * fromWidth
    guard fromWidth == 2 else { return Int(source[start]) }
    return Int(source[start]) | Int(source[start + 1]) << 8
  }
  func store(_ value: Int, _ pixel: Int, _ channel: Int) {
    let start = pixel * toStep + channel * toWidth
    switch (fromWidth, toWidth) {
    case (1, 1): target[start] = UInt8(truncatingIfNeeded: value)
    case (2, 1): target[start] = UInt8(truncatingIfNeeded: value >> 8)
    case (1, _):
      target[start] = UInt8(truncatingIfNeeded: value)
      target[start + 1] = UInt8(truncatingIfNeeded: value)
    default:
      target[start] = UInt8(truncatingIfNeeded: value)
      target[start + 1] = UInt8(truncatingIfNeeded: value >> 8)
    }
  }
  let full = fromWidth == 1 ? 0xff : 0xffff
  for pixel in 0..<from.width * from.height {
    if from.layout == to.layout {
      for channel in 0..<from.layout.channelCount { store(load(pixel, channel), pixel, channel) }
      continue
    }
    let color = rgba(from.layout, full) { load(pixel, $0) }
    switch to.layout {
    case .gray, .grayAlpha:
      // Gray stays what it is: the weights sum up to 65536.
      store((color.0 * 19595 + color.1 * 38470 + color.2 * 7471 + 0x8000) >> 16, pixel, 0)
      if to.layout == .grayAlpha { store(color.3, pixel, 1) }
    case .rgb, .rgba:
      store(color.0, pixel, 0)
      store(color.1, pixel, 1)
      store(color.2, pixel, 2)
      if to.layout == .rgba { store(color.3, pixel, 3) }
    case .cmyk, .indices: store(load(pixel, 0), pixel, 0)
    }
  }
}

private func rgba(_ layout: PixelLayout, _ full: Int, _ load: (Int) -> Int) -> (Int, Int, Int, Int) {
  switch layout {
  case .gray, .indices:
    let gray = load(0)
    return (gray, gray, gray, full)
  case .grayAlpha:
    let gray = load(0)
    return (gray, gray, gray, load(1))
  case .rgb: return (load(0), load(1), load(2), full)
  case .rgba: return (load(0), load(1), load(2), load(3))
  case .cmyk:
    let light = 255 - load(3)
    // Pillow's MULDIV255: the product over 255, rounded.
    func without(_ ink: Int) -> Int {
      let product = ink * light + 128
      return max(0, light - (((product >> 8) + product) >> 8))
    }
    return (without(load(0)), without(load(1)), without(load(2)), full)
  }
}
