import ShardFormats
import ShardImages
import TestSupport
import Testing

@Suite("Encoding") struct EncodingTests {
  static let sizes = [(1, 1), (2, 3), (8, 8), (17, 5), (64, 33)]

  func noise(_ shape: PixelShape, seed: UInt64 = 1, below limit: UInt8 = 255) throws -> PixelArray {
    var numbers = SplitMix64(state: seed)
    let palette =
      shape.layout == .indices
      ? try ImagePalette(colors: (0..<3 * (Int(limit) + 1)).map { UInt8(truncatingIfNeeded: $0 * 7) }, alpha: [0, 9]) : nil
    return try PixelArray(
      shape: shape, bytes: (0..<shape.byteCount).map { _ in UInt8.random(in: 0...limit, using: &numbers) },
      palette: palette)
  }

  @Test("PNG gives back every layout and depth, at every size", arguments: sizes)
  func png(width: Int, height: Int) throws {
    for layout in [PixelLayout.gray, .grayAlpha, .rgb, .rgba] {
      for depth in PixelDepth.allCases {
        let array = try noise(try PixelShape(width: width, height: height, layout: layout, depth: depth))
        for level in [0, 1, 6, 9] {
          let file = try array.encodedPNG(compressionLevel: level)
          #expect(try ImageDecoder(depth: nil).decode(file.span.bytes) == array)
        }
      }
    }
  }

  @Test("PNG gives back palettes", arguments: [1, 2, 16, 255] as [UInt8])
  func palettes(highest: UInt8) throws {
    let array = try noise(try PixelShape(width: 9, height: 4, layout: .indices), below: highest)
    let file = try array.encodedPNG()
    #expect(try ImageDecoder(layout: .indices).decode(file.span.bytes) == array)
  }

  @Test("JPEG gives back smooth pixels nearly", arguments: sizes)
  func jpeg(width: Int, height: Int) throws {
    for layout in [PixelLayout.gray, .rgb, .cmyk] {
      let shape = try PixelShape(width: width, height: height, layout: layout)
      let bytes = (0..<shape.byteCount).map { index in
        UInt8(60 + (index / shape.layout.channelCount) % width * 2 + index / shape.rowByteCount)
      }
      let array = try PixelArray(shape: shape, bytes: bytes)
      for subsampling in ChromaSubsampling.allCases {
        let file = try array.encodedJPEG(quality: 95, subsampling: subsampling)
        #expect(file == (try array.encodedJPEG(quality: 95, subsampling: subsampling)))
        let again = try ImageDecoder().decode(file.span.bytes)
        #expect(again.shape == shape)
        #expect(zip(again.bytes, bytes).allSatisfy { abs(Int($0) - Int($1)) <= 6 }, "\(layout) \(subsampling)")
      }
    }
  }

  @Test("alpha is left out of JPEG")
  func alpha() throws {
    let rgba = try noise(try PixelShape(width: 5, height: 4, layout: .rgba))
    let color = try rgba.encodedJPEG()
    #expect(try ImageDecoder().header(of: color.span.bytes).layout == .rgb)
    let gray = try noise(try PixelShape(width: 5, height: 4, layout: .grayAlpha))
    let light = try gray.encodedJPEG()
    #expect(try ImageDecoder().header(of: light.span.bytes).layout == .gray)
  }

  @Test("what cannot be encoded is an error")
  func refusals() throws {
    let gray = try noise(try PixelShape(width: 5, height: 4, layout: .gray))
    let wide = try noise(try PixelShape(width: 5, height: 4, layout: .gray, depth: .uint16))
    let ink = try noise(try PixelShape(width: 5, height: 4, layout: .cmyk))
    let indices = try noise(try PixelShape(width: 5, height: 4, layout: .indices), below: 3)
    let lost = try PixelArray(shape: indices.shape, bytes: indices.bytes)
    let outside = try PixelArray(
      shape: indices.shape, bytes: [UInt8](repeating: 4, count: 20), palette: indices.palette)
    let long = try noise(try PixelShape(width: 65_501, height: 1, layout: .gray))
    func code(_ body: () throws(ImageError) -> [UInt8]) -> ImageError.Code? {
      do throws(ImageError) {
        _ = try body()
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code { () throws(ImageError) in try gray.encodedJPEG(quality: 0) } == .badOption)
    #expect(code { () throws(ImageError) in try gray.encodedJPEG(quality: 101) } == .badOption)
    #expect(code { () throws(ImageError) in try gray.encodedPNG(compressionLevel: 10) } == .badOption)
    #expect(code { () throws(ImageError) in try gray.encodedPNG(compressionLevel: -1) } == .badOption)
    #expect(code { () throws(ImageError) in try wide.encodedJPEG() } == .unsupported)
    #expect(code { () throws(ImageError) in try indices.encodedJPEG() } == .unsupported)
    #expect(code { () throws(ImageError) in try ink.encodedPNG() } == .unsupported)
    #expect(code { () throws(ImageError) in try lost.encodedPNG() } == .wrongShape)
    #expect(code { () throws(ImageError) in try outside.encodedPNG() } == .wrongShape)
    #expect(code { () throws(ImageError) in try long.encodedJPEG() } == .tooLarge)
    #expect(code { () throws(ImageError) in try long.encodedPNG() } == nil)
  }

  @Test("a width, height or number of bytes that does not fit is an error")
  func shapes() {
    for (width, height) in [(0, 1), (1, 0), (-1, 1), (Int.max, 1), (1 << 40, 1 << 40)] {
      #expect(throws: ImageError.self) { try PixelShape(width: width, height: height, layout: .rgb) }
    }
    #expect(throws: ImageError.self) {
      try PixelArray(shape: try PixelShape(width: 2, height: 2, layout: .rgb), bytes: [1, 2, 3])
    }
    #expect(throws: ImageError.self) { try ImagePalette(colors: []) }
    #expect(throws: ImageError.self) { try ImagePalette(colors: [1, 2, 3], alpha: [1, 2]) }
  }
}
