import BinaryIO
import ShardFormats
import ShardImages
import TestSupport
import Testing

@Suite("Hostile images") struct HostileImageTests {
  /// A chunk of a PNG file, with a right checksum.
  func chunk(_ kind: String, _ body: [UInt8]) -> [UInt8] {
    let covered = Array(kind.utf8) + body
    return bigEndian(UInt32(body.count)) + covered + bigEndian(crc32(covered))
  }

  func bigEndian(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }

  func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc = ~UInt32(0)
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xedb8_8320 : crc >> 1 }
    }
    return ~crc
  }

  /// A PNG that states a size and holds next to nothing.
  func png(width: UInt32, height: UInt32, depth: UInt8 = 8, color: UInt8 = 2, interlaced: UInt8 = 0) -> [UInt8] {
    let header: [UInt8] = bigEndian(width) + bigEndian(height) + [depth, color, 0, 0, interlaced]
    // zlib's stream of no bytes.
    var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    file += chunk("IHDR", header)
    file += chunk("IDAT", [0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01])
    return file + chunk("IEND", [])
  }

  @Test("cut off at every length: truncated or damaged", arguments: vectors)
  func cut(vector: Vector) throws {
    for length in 0..<vector.file.count {
      let error = #expect(throws: ImageError.self, "\(length) of \(vector.file.count)") {
        try ImageDecoder().decode(Array(vector.file[..<length]).span.bytes)
      }
      let codes: [ImageError.Code] = length < 8 ? [.unknownFormat, .truncated] : [.truncated]
      #expect(codes.contains { $0 == error?.code }, "\(length) of \(vector.file.count): \(String(describing: error))")
    }
  }

  @Test("every byte of a PNG changed: an error", arguments: pngVectors)
  func changedPNG(vector: Vector) throws {
    var file = vector.file
    for index in file.indices {
      for change: UInt8 in [0x01, 0x80, 0xff] {
        file[index] ^= change
        #expect(throws: ImageError.self, "byte \(index)") {
          try ImageDecoder(depth: nil).decode(file.span.bytes)
        }
        _ = try? ImageDecoder(layout: .rgba, toleratesDamage: true).decode(file.span.bytes)
        file[index] ^= change
      }
    }
  }

  @Test("every byte of a JPEG changed: an error, or pixels within the limits", arguments: jpegVectors)
  func changedJPEG(vector: Vector) throws {
    var file = vector.file
    var errorCount = 0
    // A changed size may state up to 65535 x 13 pixels or 17 x 65535.
    let decoder = ImageDecoder(limits: ImageLimits(pixelCount: 1 << 16, memory: .megabytes(4)))
    var tolerant = decoder
    tolerant.toleratesDamage = true
    for index in file.indices {
      for change: UInt8 in [0x01, 0x80, 0xff] {
        file[index] ^= change
        do {
          let array = try decoder.decode(file.span.bytes)
          #expect(array.bytes.count == array.shape.byteCount)
        } catch {
          errorCount += 1
        }
        _ = try? tolerant.decode(file.span.bytes)
        file[index] ^= change
      }
    }
    #expect(errorCount > file.count / 4)
    #expect(try decoder.decode(file.span.bytes).width == vector.width)
  }

  @Test(
    "sizes beyond the limits are refused before memory is taken for them",
    arguments: [
      (60_000, 60_000, 2), (0x7fff_ffff, 1, 2), (1, 0x7fff_ffff, 0), (0x7fff_ffff, 0x7fff_ffff, 6), (65_536, 1, 0),
      (65_535, 2_000, 6),
    ] as [(UInt32, UInt32, UInt8)])
  func bomb(width: UInt32, height: UInt32, color: UInt8) throws {
    for interlaced: UInt8 in [0, 1] {
      let file = png(width: width, height: height, color: color, interlaced: interlaced)
      let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(file.span.bytes) }
      #expect(error?.code == .limitExceeded)
      #expect(try ImageDecoder().header(of: file.span.bytes).width == Int(width))
    }
  }

  @Test("a size within the limits that a small file cannot hold is truncated")
  func implausible() throws {
    let file = png(width: 9_000, height: 9_000, color: 2)
    let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(file.span.bytes) }
    #expect(error?.code == .truncated)
  }

  @Test("the memory limit counts pixels, conversions and what a progressive JPEG needs")
  func memory() throws {
    let vector = try #require(vectors.first { $0.name == "jpeg_RGB_progressive" })
    var file = vector.file
    let frame = try #require(file.indices.first { file[$0] == 0xff && file[$0 + 1] == 0xc2 })
    // Height and width of the frame: 1024 x 1024 are 3 MiB of pixels, and as much again for coefficients.
    file.replaceSubrange(frame + 5..<frame + 9, with: [4, 0, 4, 0])
    func code(_ limit: Int) -> ImageError.Code? {
      let decoder = ImageDecoder(limits: ImageLimits(memory: .kilobytes(limit)))
      return #expect(throws: ImageError.self) { try decoder.decode(file.span.bytes) }?.code
    }
    #expect(code(6 << 10) == .limitExceeded)
    #expect(code(8 << 10) != .limitExceeded)
    file[frame + 1] = 0xc0
    #expect(code(3 << 10) == .limitExceeded)
    #expect(code(6 << 10) != .limitExceeded)
    let png = vectors[1].file
    #expect(throws: ImageError.self) { try ImageDecoder(limits: ImageLimits(memory: 100)).decode(png.span.bytes) }
  }

  @Test(
    "no size, and sizes of 0, are errors",
    arguments: [(0, 0), (0, 5), (5, 0), (0x8000_0000, 1), (0xffff_ffff, 0xffff_ffff)] as [(UInt32, UInt32)])
  func noSize(width: UInt32, height: UInt32) {
    #expect(throws: ImageError.self) { try ImageDecoder().decode(png(width: width, height: height).span.bytes) }
  }

  @Test("other files are told from images")
  func otherFiles() {
    for file: [UInt8] in [[], [0xff], [0xff, 0xd8], Array("GIF89a".utf8), Array("plain text".utf8), [0x89, 0x50, 0x4e]] {
      let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(file.span.bytes) }
      #expect(error?.code == .unknownFormat)
    }
  }

  @Test("a compressed text chunk is passed over, whatever is in it")
  func textChunk() throws {
    let vector = vectors[1]
    let text = chunk("zTXt", Array("a\0\0".utf8) + [UInt8](repeating: 0x78, count: 4_000))
    var file = vector.file
    file.insert(contentsOf: text, at: 33)
    #expect(try ImageDecoder().decode(file.span.bytes).bytes == vector.pixels)
  }

  @Test("a JPEG without its tables is not decoded with those of the one before")
  func leftOverTables() throws {
    let vector = try #require(vectors.first { $0.name == "jpeg_L" })
    _ = try ImageDecoder().decode(vector.file.span.bytes)
    var file = vector.file
    let start = try #require(file.indices.first { file[$0] == 0xff && file[$0 + 1] == 0xdb })
    let length = Int(file[start + 2]) << 8 | Int(file[start + 3])
    file.removeSubrange(start..<start + 2 + length)
    #expect(throws: ImageError.self) { try ImageDecoder().decode(file.span.bytes) }
  }

  @Test("damage is tolerated where asked: the rest of a cut JPEG is gray")
  func tolerant() throws {
    let vector = try #require(vectors.first { $0.name == "jpeg_RGB_444" })
    let array = try ImageDecoder(toleratesDamage: true).decode(vector.file[..<(vector.file.count - 60)].copied().span.bytes)
    #expect(array.shape.dimensions == [vector.height, vector.width, 3])
    #expect(array.bytes != vector.pixels)
  }

  @Test("random changes never trap", arguments: 0..<4 as Range<UInt64>)
  func randomChanges(seed: UInt64) {
    var numbers = SplitMix64(state: seed)
    let limits = ImageLimits(pixelCount: 1 << 16, memory: .megabytes(4))
    for _ in 0..<1_500 {
      var file = vectors[Int.random(in: 0..<vectors.count, using: &numbers)].file
      for _ in 0..<Int.random(in: 1...6, using: &numbers) {
        let index = Int.random(in: 0..<file.count, using: &numbers)
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: file[index] = UInt8.random(in: 0...255, using: &numbers)
        case 1: file.insert(UInt8.random(in: 0...255, using: &numbers), at: index)
        case 2 where file.count > 1: file.remove(at: index)
        default: file[index] = [0, 0xff, 0x7f, 0x80].randomElement(using: &numbers) ?? 0
        }
      }
      for tolerates in [false, true] {
        let decoder = ImageDecoder(layout: [nil, .gray, .rgba].randomElement(using: &numbers) ?? nil, limits: limits, toleratesDamage: tolerates)
        if let array = try? decoder.decode(file.span.bytes) { #expect(array.bytes.count == array.shape.byteCount) }
      }
    }
  }
}

extension ArraySlice<UInt8> {
  func copied() -> [UInt8] { Array(self) }
}
