import BinaryIO
import MDSFormat
import ShardFormats
import ShardImages
import TestSupport
import Testing

@Suite("Sample.pixels") struct SamplePixelsTests {
  /// Opens a shard of the samples.
  func withShard<R>(
    _ columns: [String: Encoding], _ samples: [[String: ColumnValue]], _ body: (MDSShard) throws -> R
  ) throws -> R {
    try withTemporaryDirectory { directory in
      var builder = MDSShardBuilder(format: try MDS(columns: columns))
      for sample in samples { _ = try builder.add(sample) }
      let files = try #require(try builder.finish())
      let info = builder.format.info(
        sampleCount: files.sampleCount, rawData: FileInfo(basename: "shard.00000.mds", byteCount: files.dataByteCount))
      try FileSystem.write(files.data.span.bytes, to: directory + "/shard.00000.mds")
      return try body(try MDSShard(try MappedFile(path: directory + "/shard.00000.mds"), info: info))
    }
  }

  func vector(_ name: String) throws -> Vector { try #require(vectors.first { $0.name == name }) }

  @Test("jpeg, png, bytes and pil columns give the pixels of their images")
  func columns() throws {
    let (jpeg, png) = (try vector("jpeg_RGB"), try vector("png_RGBA"))
    let raw = try RawImage(mode: "RGB", width: 7, height: 5, pixels: try vector("png_RGB").pixels)
    let sample: [String: ColumnValue] = [
      "a": .bytes(jpeg.file), "b": .bytes(png.file), "c": .bytes(png.file), "d": .image(raw), "e": .int(3),
    ]
    try withShard(["a": .jpeg, "b": .png, "c": .bytes, "d": .pil, "e": .int], [sample]) { shard in
      let sample = try shard.sample(at: 0)
      #expect(try sample.pixels("a") == ImageDecoder().decode(jpeg.file.span.bytes))
      #expect(try sample.pixels("b").bytes == png.pixels)
      #expect(try sample.pixels("c").bytes == png.pixels)
      #expect(try sample.pixels("d").bytes == raw.pixels)
      #expect(try sample.pixels("a", decoder: ImageDecoder(layout: .gray)).shape.dimensions == [13, 17, 1])
      var reused = try sample.pixels("a")
      try sample.pixels("b", into: &reused)
      #expect(reused.bytes == png.pixels)
      try sample.pixels("d", into: &reused)
      #expect(reused.bytes == raw.pixels)
      let wrong = #expect(throws: ImageError.self) { try shard.sample(at: 0).pixels("e") }
      #expect(wrong?.code == .notAnImage)
      let missing = #expect(throws: ImageError.self) { try shard.sample(at: 0).pixels("z") }
      #expect(missing?.code == .unreadableColumn)
      #expect((missing?.cause as? ShardError)?.code == .noSuchColumn)
      let number = #expect(throws: ImageError.self) { try shard.sample(at: 0).pixels(column: 9) }
      #expect(number?.code == .unreadableColumn)
    }
  }

  @Test("an image that cannot be decoded is named by file, sample and column")
  func place() throws {
    let jpeg = try vector("jpeg_L")
    let samples: [[String: ColumnValue]] = [
      ["x": .bytes(jpeg.file)], ["x": .bytes(Array(jpeg.file.prefix(200)))], ["x": .bytes([])],
    ]
    try withShard(["x": .jpeg], samples) { shard in
      let intact = try shard.sample(at: 0).pixels("x")
      #expect(intact.width == jpeg.width)
      let error = #expect(throws: ImageError.self) { try shard.sample(at: 1).pixels("x") }
      #expect(error?.code == .truncated)
      #expect(error?.file.hasSuffix("shard.00000.mds") == true)
      #expect(error?.sample == 1)
      #expect(error?.column == "x")
      #expect(throws: ImageError.self) { try shard.sample(at: 2).pixels("x") }
    }
  }

  @Test("list columns give the pixels of each image, and name the one that is damaged")
  func lists() throws {
    let (jpeg, png) = (try vector("jpeg_L"), try vector("png_LA"))
    let raw = try RawImage(mode: "L", width: 3, height: 1, pixels: [1, 2, 3])
    let cut = ColumnValue.bytes(Array(jpeg.file.dropLast(40)))
    let sample: [String: ColumnValue] = [
      "a": .list([.bytes(jpeg.file), .bytes(jpeg.file)]), "b": .list([.bytes(png.file)]), "c": .list([.image(raw)]),
      "d": .list([]), "e": .list([.bytes(jpeg.file), cut]), "f": .list([.bytes(jpeg.file)]),
    ]
    let columns: [String: Encoding] = [
      "a": .listJPEG, "b": .listPNG, "c": .listPIL, "d": .listPNG, "e": .jpegArray, "f": .jpegarray,
    ]
    try withShard(columns, [sample]) { shard in
      let sample = try shard.sample(at: 0)
      let expected = try ImageDecoder().decode(jpeg.file.span.bytes)
      #expect(try sample.pixelsList("a") == [expected, expected])
      #expect(try sample.pixelsList("b").map(\.bytes) == [png.pixels])
      #expect(try sample.pixelsList("c").map(\.bytes) == [[1, 2, 3]])
      #expect(try sample.pixelsList("d").isEmpty)
      #expect(try sample.pixelsList("f") == [expected])
      let error = #expect(throws: ImageError.self) { try shard.sample(at: 0).pixelsList("e") }
      #expect(error?.element == 1)
      #expect(error?.column == "e")
      #expect(error?.code == .truncated)
    }
  }

  @Test(
    "pil modes become arrays",
    arguments: [
      ("1", 9, 2, [0x80, 0x80, 0x01, 0x00], [255, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 255, 0]),
      ("L", 2, 1, [1, 2], [1, 2]), ("P", 2, 1, [1, 2], [1, 2]), ("LA", 1, 1, [1, 2], [1, 2]),
      ("RGB", 1, 1, [1, 2, 3], [1, 2, 3]), ("RGBX", 2, 1, [1, 2, 3, 0, 4, 5, 6, 0], [1, 2, 3, 4, 5, 6]),
      ("CMYK", 1, 1, [1, 2, 3, 4], [1, 2, 3, 4]), ("I;16", 1, 1, [1, 2], [1, 2]), ("I;16B", 1, 1, [2, 1], [1, 2]),
    ] as [(String, Int, Int, [UInt8], [UInt8])])
  func modes(mode: String, width: Int, height: Int, pixels: [UInt8], expected: [UInt8]) throws {
    let raw = try RawImage(mode: mode, width: width, height: height, pixels: pixels)
    let array = try PixelArray(raw)
    #expect(array.bytes == expected)
    if !["1", "RGBX", "I;16B"].contains(mode) { #expect(try RawImage(array) == raw) }
  }

  @Test("pil modes without an array are refused", arguments: ["I", "F", "HSV", "YCbCr"])
  func otherModes(mode: String) throws {
    let raw = try RawImage(
      mode: mode, width: 1, height: 1, pixels: [UInt8](repeating: 0, count: mode.count > 1 ? 3 : 4))
    let error = #expect(throws: ImageError.self) { try PixelArray(raw) }
    #expect(error?.code == .unsupported)
  }

  @Test("the README's example")
  func example() throws {
    let (jpeg, png) = (try vector("jpeg_RGB"), try vector("png_RGBA"))
    try withShard(["image": .jpeg, "mask": .png], [["image": .bytes(jpeg.file), "mask": .bytes(png.file)]]) { shard in
      // snippet: shard-images
      let decoder = ImageDecoder(layout: .rgb, limits: ImageLimits(pixelCount: 4_000_000))
      let sample = try shard.sample(at: 0)
      var pixels = try sample.pixels("image", decoder: decoder)  // (height, width, 3) of UInt8
      try sample.pixels("mask", decoder: decoder, into: &pixels)  // in the same memory
      let file = try pixels.encodedPNG()
      // end snippet
      #expect(try ImageDecoder().decode(file.span.bytes) == pixels)
    }
  }
}
