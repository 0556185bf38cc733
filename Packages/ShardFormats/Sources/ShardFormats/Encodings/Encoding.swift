/// How the values of a column become bytes: upstream's 28 MDS encodings, `float` of the text formats, and yours.
public enum Encoding: Sendable, Hashable {
  /// The bytes themselves.
  case bytes
  /// UTF-8.
  case str
  /// A 64-bit integer in MDS; an integer of any size in the text formats.
  case int
  case uint8, uint16, uint32, uint64, int8, int16, int32, int64
  case float16, float32, float64
  /// Decimal text of an integer of any size.
  case strInt
  /// Text of a float.
  case strFloat
  /// Text of a decimal number with its exact digits.
  case strDecimal
  /// An array of numbers.
  case ndarray(NDArrayLayout)
  /// An image's raw pixels with mode, width and height.
  case pil
  /// A JPEG or PNG file.
  case jpeg, png
  /// A list of images.
  case listPIL, listJPEG, listPNG
  /// A list of at least one JPEG file; `jpegarray` is upstream's second name for it.
  case jpegArray, jpegarray
  /// A Python pickle. Handed out as bytes and never run; opening a data set with one needs leave.
  case pkl
  /// A JSON value.
  case json
  /// A float as text. Only in CSV, TSV, XSV and JSON lines.
  case float
  /// An encoding of the caller's own. Upstream cannot read it.
  case custom(CustomEncoding)
}

extension Encoding {
  /// Encodings without parameters by upstream's name; also the names of the text formats.
  private static let plain: [(name: String, encoding: Encoding)] = [
    ("bytes", .bytes), ("str", .str), ("int", .int), ("ndarray", .ndarray(.dynamic)), ("uint8", .uint8),
    ("uint16", .uint16), ("uint32", .uint32), ("uint64", .uint64), ("int8", .int8), ("int16", .int16),
    ("int32", .int32), ("int64", .int64), ("float16", .float16), ("float32", .float32), ("float64", .float64),
    ("str_int", .strInt), ("str_float", .strFloat), ("str_decimal", .strDecimal), ("pil", .pil),
    ("jpeg", .jpeg),
    ("jpeg_array", .jpegArray), ("jpegarray", .jpegarray), ("png", .png), ("list[pil]", .listPIL),
    ("list[jpeg]", .listJPEG), ("list[png]", .listPNG), ("pkl", .pkl), ("json", .json), ("float", .float),
  ]

  /// Parses upstream's text, such as `int`, `list[png]`, `ndarray:float32:2,3`.
  /// - Parameter registry: the caller's own encodings; upstream's names come first.
  /// - Throws: ``ShardError`` `.unknownEncoding`, `.outOfRange` for dimensions.
  public init(parsing name: String, registry: EncodingRegistry = .empty) throws(ShardError) {
    if let known = Encoding.plain.first(where: { $0.name == name }) {
      self = known.encoding
    } else if name.hasPrefix("ndarray:") {
      self = .ndarray(try NDArrayLayout(parsing: name.dropFirst(8), of: name))
    } else if let custom = registry[name] {
      self = .custom(custom)
    } else {
      throw ShardError(
        .unknownEncoding, expected: "one of \(Encoding.plain.map(\.name).joined(separator: ", "))",
        found: "\"\(name)\"", remedy: "register the encoding, or write the column with one of these")
    }
  }

  /// Upstream's text for the encoding.
  public var name: String {
    switch self {
    case .ndarray(let layout): "ndarray" + layout.suffix
    case .custom(let custom): custom.name
    default: Encoding.plain.first { $0.encoding == self }?.name ?? ""
    }
  }

  /// The bytes of every value in an MDS shard; nil when they vary.
  public var fixedByteCount: Int? {
    switch self {
    case .uint8, .int8: 1
    case .uint16, .int16, .float16: 2
    case .uint32, .int32, .float32: 4
    case .int, .uint64, .int64, .float64: 8
    case .ndarray(let layout): layout.byteCount
    case .custom(let custom): custom.fixedByteCount
    default: nil
    }
  }

  /// Whether a column of the format may have it.
  public func isAllowed(in format: ShardFormatName) -> Bool {
    switch self {
    case .str, .int: true
    case .float: format != .mds
    default: format == .mds
    }
  }
}

extension Encoding: CustomStringConvertible {
  public var description: String { name }
}
