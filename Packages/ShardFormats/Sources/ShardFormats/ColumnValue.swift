public import PythonJSON

/// A value of any column: what writers take, and what a reader gives where the type is not known beforehand.
public enum ColumnValue: Sendable, Hashable {
  /// Bytes; a JPEG or PNG file, a pickle. Given to a writer they are stored as they are, whatever the encoding.
  case bytes([UInt8])
  case string(String)
  case int(Int)
  /// An integer outside `Int`, as `uint64`, `str_int` and CSV columns may hold; never one inside when read.
  case bigInt(JSONInteger)
  case float(Double)
  case float32(Float)
  case float16(Float16)
  /// A decimal number's exact text, such as `1.10` or `1E+3`.
  case decimal(String)
  case ndarray(NDArray)
  /// An image's raw pixels.
  case image(RawImage)
  case list([ColumnValue])
  case json(JSONValue)
}

extension ColumnValue {
  /// An integer in its one form: `.int` where it fits.
  public static func integer(_ value: JSONInteger) -> ColumnValue {
    Int(exactly: value).map(ColumnValue.int) ?? .bigInt(value)
  }

  /// The kind of value, for messages.
  public var kind: String {
    switch self {
    case .bytes: "bytes"
    case .string: "a string"
    case .int, .bigInt: "an integer"
    case .float, .float32, .float16: "a float"
    case .decimal: "a decimal"
    case .ndarray(let array): "an array of \(array.type.name) of shape \(array.shape)"
    case .image: "an image"
    case .list: "a list"
    case .json: "a JSON value"
    }
  }

  /// The encoding that a writer gives a column whose values look like this one; nil for an empty list.
  ///
  /// Integers become `int` (`str_int` beyond 64 bits), floats keep their width, an array its type with a shape per value.
  public var inferredEncoding: Encoding? {
    switch self {
    case .bytes(let bytes):
      if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
        .jpeg
      } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
        .png
      } else {
        .bytes
      }
    case .string: .str
    case .int: .int
    case .bigInt: .strInt
    case .float: .float64
    case .float32: .float32
    case .float16: .float16
    case .decimal: .strDecimal
    case .ndarray(let array): .ndarray(NDArrayLayout(type: array.type))
    case .image: .pil
    case .json: .json
    case .list(let values):
      switch values.first?.inferredEncoding {
      case .pil: .listPIL
      case .jpeg: .listJPEG
      case .png: .listPNG
      default: nil
      }
    }
  }
}

extension ColumnValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral {
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .float(value) }
  public init(stringLiteral value: String) { self = .string(value) }
}

/// An array of numbers: element type, shape, and the elements' little-endian bytes in C order.
public struct NDArray: Sendable, Hashable {
  public let type: NDArrayType
  public let shape: [Int]
  /// `shape.product × type.byteCount` bytes.
  public let bytes: [UInt8]

  /// - Throws: ``ShardError`` `.wrongType` when the bytes are not as many as type and shape need.
  public init(type: NDArrayType, shape: [Int], bytes: [UInt8]) throws(ShardError) {
    guard bytes.count == NDArray.byteCount(type: type, shape: shape) else {
      throw ShardError(
        .wrongType, expected: "the bytes of an array of \(type.name) of shape \(shape)",
        found: "\(bytes.count) bytes",
        remedy: "give as many elements as the shape has")
    }
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  /// Makes an array of numbers, one-dimensional unless a shape is given.
  /// - Throws: ``ShardError`` `.wrongType` when the elements are not as many as the shape needs.
  public init<Element: NDArrayElement>(_ elements: [Element], shape: [Int]? = nil) throws(ShardError) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(elements.count * Element.ndarrayType.byteCount)
    for element in elements { element.appendLittleEndian(to: &bytes) }
    try self.init(type: Element.ndarrayType, shape: shape ?? [elements.count], bytes: bytes)
  }

  /// The elements, when they are of that type.
  public func elements<Element: NDArrayElement>(as type: Element.Type = Element.self) -> [Element]? {
    guard Element.ndarrayType == self.type else { return nil }
    let span = bytes.span.bytes
    return stride(from: 0, to: bytes.count, by: self.type.byteCount).map {
      Element(littleEndianIn: span, at: $0)
    }
  }

  /// The bytes of an array, nil when a dimension is negative or the product overflows.
  static func byteCount(type: NDArrayType, shape: [Int]) -> Int? {
    var total = type.byteCount
    for dimension in shape {
      let (product, overflow) = total.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !overflow else { return nil }
      total = product
    }
    return total
  }
}

/// An image's pixels as Pillow's `tobytes()` gives them: rows from the top, no padding but mode `1`'s to whole bytes.
public struct RawImage: Sendable, Hashable {
  /// Pillow's name of the pixel layout: `L`, `RGB`, `RGBA`, `1`, `I;16` ….
  public let mode: String
  public let width: Int
  public let height: Int
  public let pixels: [UInt8]

  /// - Throws: ``ShardError`` `.wrongType` for a mode that is not known or pixels of another size.
  public init(mode: String, width: Int, height: Int, pixels: [UInt8]) throws(ShardError) {
    try RawImageHeader.check(
      mode: mode, width: width, height: height, byteCount: pixels.count, code: .wrongType)
    self.mode = mode
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  init(unchecked mode: String, width: Int, height: Int, pixels: [UInt8]) {
    self.mode = mode
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
