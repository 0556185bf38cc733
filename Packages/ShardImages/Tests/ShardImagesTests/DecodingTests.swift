import ShardFormats
import ShardImages
import Testing

let pngVectors = vectors.filter { $0.name.hasPrefix("png") }
let jpegVectors = vectors.filter { $0.name.hasPrefix("jpeg") }

/// Compares with Pillow's pixels: exactly for PNG; for JPEG each within 2, as versions of libjpeg-turbo differ.
func isClose(_ came: [UInt8], _ expected: [UInt8], _ vector: Vector) -> Bool {
  if !vector.name.hasPrefix("jpeg") { return came == expected }
  return came.count == expected.count && zip(came, expected).allSatisfy { abs(Int($0) - Int($1)) <= 2 }
}

@Suite("Decoding") struct DecodingTests {
  @Test("mode, size and pixels as Pillow's", arguments: vectors)
  func pillow(vector: Vector) throws {
    let image = try ImageDecoder().pillowImage(vector.file.span.bytes)
    #expect(image.mode == vector.mode)
    #expect([image.width, image.height] == [vector.width, vector.height])
    #expect(isClose(image.pixels, vector.pixels, vector))
  }

  @Test("RGBA as Pillow's conversion, from every kind of file", arguments: vectors)
  func rgba(vector: Vector) throws {
    guard let expected = vector.rgba else { return }
    let array = try ImageDecoder(layout: .rgba).decode(vector.file.span.bytes)
    #expect(array.shape.dimensions == [vector.height, vector.width, 4])
    #expect(isClose(array.bytes, expected, vector))
    let opaque = try ImageDecoder(layout: .rgb).decode(vector.file.span.bytes)
    #expect(isClose(opaque.bytes, expected.indices.filter { $0 % 4 < 3 }.map { expected[$0] }, vector))
  }

  @Test("gray as Pillow's conversion, from every kind of file", arguments: vectors)
  func gray(vector: Vector) throws {
    guard let luma = vector.luma, let rgba = vector.rgba else { return }
    let array = try ImageDecoder(layout: .gray).decode(vector.file.span.bytes)
    #expect(isClose(array.bytes, luma, vector))
    let withAlpha = try ImageDecoder(layout: .grayAlpha).decode(vector.file.span.bytes)
    let expected = luma.indices.flatMap { [luma[$0], rgba[4 * $0 + 3]] }
    #expect(isClose(withAlpha.bytes, expected, vector))
  }

  /// The number that make-vectors.py's `value` puts at a place of a 16-bit image.
  func number(_ x: Int, _ y: Int, _ channel: Int) -> Int { (x * 53 + y * 101 + channel * 67 + 29) * 257 % 65536 }

  @Test(
    "16 bits whole where asked",
    arguments: [("png_I16", 1), ("png_rgb16", 3), ("png_grayalpha16", 2), ("png_rgba16", 4), ("png_interlaced_gray16", 1)])
  func wide(name: String, channelCount: Int) throws {
    let vector = try #require(vectors.first { $0.name == name })
    let array = try ImageDecoder(depth: nil).decode(vector.file.span.bytes)
    #expect(array.shape.depth == .uint16)
    #expect(array.shape.layout.channelCount == channelCount)
    for y in 0..<vector.height {
      for x in 0..<vector.width {
        for channel in 0..<channelCount {
          #expect(array.value(row: y, column: x, channel: channel) == number(x, y, channel))
        }
      }
    }
    let narrow = try ImageDecoder().decode(vector.file.span.bytes)
    #expect(narrow.bytes == array.bytes.indices.filter { $0 % 2 == 1 }.map { array.bytes[$0] })
  }

  @Test("8 bits widen by repeating them, in every layout of every file", arguments: vectors)
  func widened(vector: Vector) throws {
    let header = try ImageDecoder().header(of: vector.file.span.bytes)
    guard header.bitDepth <= 8 else { return }
    for layout in [PixelLayout.gray, .grayAlpha, .rgb, .rgba] {
      let narrow = try ImageDecoder(layout: layout).decode(vector.file.span.bytes)
      let wide = try ImageDecoder(layout: layout, depth: .uint16).decode(vector.file.span.bytes)
      #expect(wide.shape.byteCount == 2 * narrow.shape.byteCount)
      // Gray of color is rounded once more at 16 bits.
      let isRounded = (layout == .gray || layout == .grayAlpha) && header.layout != .gray && header.layout != .grayAlpha
      for (index, byte) in narrow.bytes.enumerated() {
        let value = Int(wide.bytes[2 * index]) | Int(wide.bytes[2 * index + 1]) << 8
        #expect(isRounded ? abs(value - Int(byte) * 257) <= 257 : value == Int(byte) * 257)
      }
    }
  }

  @Test("palette images give indices and colors where asked", arguments: pngVectors.filter { $0.mode == "P" })
  func palette(vector: Vector) throws {
    let indices = try ImageDecoder(layout: .indices).decode(vector.file.span.bytes)
    #expect(indices.bytes == vector.pixels)
    let palette = try #require(indices.palette)
    let expected = try #require(vector.rgba)
    for (pixel, index) in indices.bytes.enumerated() {
      let color = palette.colors[3 * Int(index)..<3 * Int(index) + 3]
      let alpha = Int(index) < palette.alpha.count ? palette.alpha[Int(index)] : 255
      #expect(Array(expected[4 * pixel..<4 * pixel + 4]) == color + [alpha])
    }
  }

  @Test("array, reused array and caller's memory hold the same", arguments: vectors)
  func targets(vector: Vector) throws {
    let decoder = ImageDecoder()
    let array = try decoder.decode(vector.file.span.bytes)
    #expect(try decoder.shape(of: vector.file.span.bytes) == array.shape)
    for other in [vectors[0], try #require(vectors.last)] {
      var reused = try decoder.decode(other.file.span.bytes)
      try decoder.decode(vector.file.span.bytes, into: &reused)
      #expect(reused == array)
    }
    var shape: PixelShape?
    let filled = try [UInt8](capacity: array.bytes.count + 3) { out in
      out.append(7)
      try out.withUnsafeMutableBufferPointer { buffer, count in
        let raw = UnsafeMutableRawBufferPointer(buffer)
        var rest = OutputRawSpan(buffer: raw, initializedCount: count)
        shape = try decoder.decode(vector.file.span.bytes, into: &rest)
        count = rest.finalize(for: raw)
      }
    }
    #expect(shape == array.shape)
    #expect(filled == [7] + array.bytes)
  }

  @Test("too little room is an error that leaves the memory as it was")
  func noRoom() throws {
    let file = vectors[0].file
    let filled = [UInt8](capacity: 20) { out in
      out.withUnsafeMutableBufferPointer { buffer, count in
        let raw = UnsafeMutableRawBufferPointer(buffer)
        var rest = OutputRawSpan(buffer: raw, initializedCount: 0)
        do throws(ImageError) {
          try ImageDecoder().decode(file.span.bytes, into: &rest)
          Issue.record("expected an error")
        } catch {
          #expect(error.code == .noRoom)
        }
        count = rest.finalize(for: raw)
      }
    }
    #expect(filled.isEmpty)
  }

  @Test("layouts that a file does not have are refused")
  func unavailable() throws {
    for vector in vectors {
      let header = try ImageDecoder().header(of: vector.file.span.bytes)
      for layout in [PixelLayout.indices, .cmyk] where layout != header.layout {
        let error = #expect(throws: ImageError.self, "\(vector.name)") {
          try ImageDecoder(layout: layout).decode(vector.file.span.bytes)
        }
        #expect(error?.code == .layoutUnavailable)
      }
    }
  }

  @Test("64 tasks decode at once")
  func concurrent() async throws {
    let expected = try vectors.map { try ImageDecoder().decode($0.file.span.bytes) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for task in 0..<64 {
        group.addTask {
          try vectors.indices.allSatisfy { index in
            let index = (index + task) % vectors.count
            let file = vectors[index].file
            return try ImageDecoder().decode(file.span.bytes) == expected[index]
          }
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }
}
