import BinaryIO
import ShardFormats
import ShardImages

extension FuzzTarget {
  /// Values of columns, and images.
  static let values: [(name: String, make: @Sendable () throws -> FuzzTarget)] = [
    ("encodings", encodings), ("ndarray", ndarray), ("images", images),
  ]

  /// A decoder for which no small file is worth much time or memory.
  static let smallImages = ImageDecoder(
    limits: ImageLimits(width: 4096, height: 4096, pixelCount: 1 << 20, memory: .megabytes(32)))

  /// An input is the number of an encoding, and a column's bytes.
  @Sendable private static func encodings() throws -> FuzzTarget {
    let values = try EncodedValues.all()
    return FuzzTarget("encodings", seeds: try seeds(values)) { input in
      guard let number = input.first else { return .refused }
      return try roundTrip(Array(input.dropFirst()), values[Int(number) % values.count].encoding)
    }
  }

  /// The same with arrays alone: dynamic, of one type, of one type and shape.
  @Sendable private static func ndarray() throws -> FuzzTarget {
    let values = try EncodedValues.all().filter { $0.encoding.name.hasPrefix("ndarray") }
    return FuzzTarget("ndarray", seeds: try seeds(values)) { input in
      guard let number = input.first else { return .refused }
      return try roundTrip(Array(input.dropFirst()), values[Int(number) % values.count].encoding)
    }
  }

  private static func seeds(_ values: [(encoding: Encoding, value: ColumnValue)]) throws -> [[UInt8]] {
    try values.enumerated().map { number, pair in
      var bytes = [UInt8(number)]
      try pair.encoding.encode(pair.value, into: &bytes)
      return bytes
    }
  }

  /// What is decoded must be encoded to bytes that stand for the same.
  private static func roundTrip(_ column: [UInt8], _ encoding: Encoding) throws -> Outcome {
    guard let value = accepted({ () throws(ShardError) in try encoding.decode(column.span.bytes) }) else {
      return .refused
    }
    var (first, second): ([UInt8], [UInt8]) = ([], [])
    try encoding.encode(value, into: &first)
    try encoding.encode(try encoding.decode(first.span.bytes), into: &second)
    try promise(first == second, "\(encoding.name): a value that reads as another than it was written")
    if case .image(let image) = value { _ = try? PixelArray(image) }
    return .accepted
  }

  /// A JPEG or PNG file, decoded strictly and leniently, to its own layout and to another.
  @Sendable private static func images() throws -> FuzzTarget {
    FuzzTarget("images", seeds: try EncodedValues.imageFiles()) { input in
      _ = try? smallImages.header(of: input.span.bytes)
      let image = accepted { () throws(ImageError) in try smallImages.decode(input.span.bytes) }
      if let image {
        let shape = try smallImages.shape(of: input.span.bytes)
        try promise(image.shape == shape && image.bytes.count == shape.byteCount, "another shape than was told")
      }
      var lenient = smallImages
      lenient.toleratesDamage = true
      lenient.layout = .rgba
      _ = try? lenient.decode(input.span.bytes)
      return image == nil ? .refused : .accepted
    }
  }
}
