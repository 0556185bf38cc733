/// What the markers of a JPEG file before its first scan tell: enough to bound the memory of decoding it.
struct JPEGFrame {
  var width: Int
  var height: Int
  /// The sampling factors of each component, horizontal and vertical, 1 to 4.
  var sampling: [(horizontal: Int, vertical: Int)]
  /// Whether the coefficients of the whole image are kept until the last scan: it is progressive or has a scan per component.
  var hasManyScans: Bool

  /// - Throws: ``ImageError`` `.damaged`, `.truncated`, `.unsupported`. Never traps.
  init(_ file: RawSpan) throws(ImageError) {
    var markers = JPEGMarkers(file)
    var frame: JPEGFrame?
    var isProgressive = false
    while true {
      let marker = try markers.next()
      switch marker {
      case 0xd8 where markers.isFirst, 0x01, 0xd0...0xd7: continue
      case 0xd9: throw .damaged(.jpeg, "its end before any image", at: markers.offset)
      case 0xc0...0xc2, 0xc9, 0xca:
        guard frame == nil else { throw .damaged(.jpeg, "a second frame", at: markers.offset) }
        isProgressive = marker == 0xc2 || marker == 0xca
        frame = try JPEGFrame(segment: try markers.segment(), at: markers.offset)
      case 0xc3, 0xc5...0xc7, 0xcb, 0xcd...0xcf:
        throw JPEGFrame.unsupported("a lossless or hierarchical JPEG", at: markers.offset)
      case 0xda:
        let scan = try markers.segment()
        guard var frame else { throw .damaged(.jpeg, "pixels before any frame", at: markers.offset) }
        guard let count = scan.first else { throw .damaged(.jpeg, "an empty scan", at: markers.offset) }
        frame.hasManyScans = isProgressive || Int(count) < frame.sampling.count
        self = frame
        return
      default: _ = try markers.segment()
      }
    }
  }

  private init(segment: [UInt8], at offset: Int) throws(ImageError) {
    guard segment.count >= 6, segment.count == 6 + 3 * Int(segment[5]) else {
      throw .damaged(.jpeg, "a frame of \(segment.count) bytes", at: offset)
    }
    guard segment[0] == 8 else { throw JPEGFrame.unsupported("\(segment[0]) bits a channel", at: offset) }
    height = Int(segment[1]) << 8 | Int(segment[2])
    width = Int(segment[3]) << 8 | Int(segment[4])
    guard width > 0, height > 0 else { throw .damaged(.jpeg, "\(width) x \(height) pixels", at: offset) }
    sampling = stride(from: 6, to: segment.count, by: 3).map {
      (Int(segment[$0 + 1] >> 4), Int(segment[$0 + 1] & 15))
    }
    guard sampling.allSatisfy({ (1...4).contains($0.horizontal) && (1...4).contains($0.vertical) }) else {
      throw .damaged(.jpeg, "sampling factors outside 1 to 4", at: offset)
    }
    guard [1, 3, 4].contains(sampling.count) else {
      throw JPEGFrame.unsupported("\(sampling.count) components", at: offset)
    }
    hasManyScans = false
  }

  private static func unsupported(_ found: String, at offset: Int) -> ImageError {
    ImageError(
      .unsupported, byteOffset: offset,
      expected: "a baseline or progressive JPEG file of 8 bits and 1, 3 or 4 components", found: found,
      remedy: "convert the image, or decode it with a library of your own")
  }

  var layout: PixelLayout { sampling.count == 1 ? .gray : sampling.count == 3 ? .rgb : .cmyk }

  /// The bytes that libjpeg takes besides the pixels: rows of blocks, and all coefficients where it keeps them.
  var workingByteCount: Int {
    let (horizontal, vertical) = sampling.reduce((1, 1)) { (max($0.0, $1.horizontal), max($0.1, $1.vertical)) }
    // All below 2^16 pixels and 16 samples a unit: no overflow.
    let units = (width + 8 * horizontal - 1) / (8 * horizontal)
    let rows = (height + 8 * vertical - 1) / (8 * vertical)
    let blocks = sampling.reduce(0) { $0 + $1.horizontal * $1.vertical }
    let unitByteCount = 128 * blocks
    return 1 << 17 + 4 * units * unitByteCount + (hasManyScans ? rows * units * unitByteCount : 0)
  }
}

/// The markers of a JPEG file, one after another, up to its first scan.
private struct JPEGMarkers: ~Escapable {
  let file: RawSpan
  private(set) var offset = 0
  private var count = 0

  @_lifetime(copy file)
  init(_ file: RawSpan) { self.file = file }

  var isFirst: Bool { count == 1 }

  /// The next marker. As in libjpeg, bytes before it are passed over; a strict decoder refuses them later.
  @_lifetime(self: copy self)
  mutating func next() throws(ImageError) -> UInt8 {
    while true {
      while try byte() != 0xff {}
      var marker = try byte()
      while marker == 0xff { marker = try byte() }
      guard marker != 0 else { continue }
      count += 1
      return marker
    }
  }

  /// The bytes of the marker's segment.
  @_lifetime(self: copy self)
  mutating func segment() throws(ImageError) -> [UInt8] {
    let length = Int(try byte()) << 8 | Int(try byte())
    guard length >= 2 else { throw .damaged(.jpeg, "a segment of \(length) bytes", at: offset) }
    let end = offset + length - 2
    guard end <= file.byteCount else { throw ends() }
    defer { offset = end }
    // Frames and scans are short; the others are passed over.
    return (offset..<min(end, offset + 1024)).map { file.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
  }

  @_lifetime(self: copy self)
  private mutating func byte() throws(ImageError) -> UInt8 {
    guard offset < file.byteCount else { throw ends() }
    defer { offset += 1 }
    return file.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  private func ends() -> ImageError {
    .truncated(.jpeg, after: file.byteCount, "its end after \(file.byteCount) bytes, before any pixels")
  }
}
