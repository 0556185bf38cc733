internal import PythonJSON

extension Sample {
  /// The sample as a Swift type, its properties being columns by name: for convenience, not for hot loops.
  ///
  /// Numbers convert where they fit; text gives `String`; `bytes`, images and pickles give `[UInt8]`; an array of any shape gives
  /// an array of numbers in C order; a `json` column gives what its value would. An optional property may have no column.
  ///
  /// ```swift
  /// struct Digit: Decodable { var label: Int; var image: [UInt8] }
  /// let digit = try sample.decoded(as: Digit.self)
  /// ```
  /// - Throws: ``ShardError`` for a column that cannot be read; `DecodingError` naming the property that does not match.
  public func decoded<T: Decodable>(as type: T.Type = T.self) throws -> T {
    try T(from: ValueDecoder(node: .sample(try values()), codingPath: []))
  }
}

/// What a decoder stands at: a whole sample or a value in it.
private enum DecodedNode {
  case sample([String: ColumnValue])
  case value(ColumnValue)

  /// Members by name, when it has any.
  var members: [String: DecodedNode]? {
    switch self {
    case .sample(let columns): columns.mapValues(DecodedNode.value)
    case .value(.json(.object(let object))):
      Dictionary(object.map { ($0.key, .value(.json($0.value))) }, uniquingKeysWith: { $1 })
    default: nil
    }
  }

  /// Elements in order, when it has any.
  var elements: [DecodedNode]? {
    switch self {
    case .value(.list(let values)): values.map(DecodedNode.value)
    case .value(.json(.array(let values))): values.map { .value(.json($0)) }
    case .value(.bytes(let bytes)): bytes.map { .value(.int(Int($0))) }
    case .value(.image(let image)): image.pixels.map { .value(.int(Int($0))) }
    case .value(.ndarray(let array)): array.values.map(DecodedNode.value)
    default: nil
    }
  }

  var isNull: Bool { if case .value(.json(.null)) = self { true } else { false } }

  var integer: JSONInteger? {
    switch self {
    case .value(.int(let value)): JSONInteger(value)
    case .value(.bigInt(let value)), .value(.json(.integer(let value))): value
    default: nil
    }
  }

  var double: Double? {
    switch self {
    case .value(.float(let value)), .value(.json(.number(let value))): value
    case .value(.float32(let value)): Double(value)
    case .value(.float16(let value)): Double(value)
    default: integer.map { Double($0) }
    }
  }

  var string: String? {
    switch self {
    case .value(.string(let text)), .value(.decimal(let text)), .value(.json(.string(let text))): text
    default: nil
    }
  }

  var bool: Bool? { if case .value(.json(.bool(let value))) = self { value } else { nil } }
}

extension NDArray {
  /// The elements in C order, each as a value.
  fileprivate var values: [ColumnValue] {
    func integers<Element: NDArrayElement & BinaryInteger>(_: Element.Type) -> [ColumnValue] {
      (elements(as: Element.self) ?? []).map { .integer(JSONInteger($0)) }
    }
    return switch type {
    case .uint8: integers(UInt8.self)
    case .int8: integers(Int8.self)
    case .uint16: integers(UInt16.self)
    case .int16: integers(Int16.self)
    case .uint32: integers(UInt32.self)
    case .int32: integers(Int32.self)
    case .uint64: integers(UInt64.self)
    case .int64: integers(Int64.self)
    case .float16: (elements(as: Float16.self) ?? []).map(ColumnValue.float16)
    case .float32: (elements(as: Float.self) ?? []).map(ColumnValue.float32)
    case .float64: (elements(as: Double.self) ?? []).map(ColumnValue.float)
    }
  }
}

private struct ValueDecoder: Decoder {
  let node: DecodedNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let members = node.members else { throw mismatch([String: Any].self) }
    return KeyedDecodingContainer(KeyedValues<Key>(members: members, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let elements = node.elements else { throw mismatch([Any].self) }
    return UnkeyedValues(elements: elements, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  func mismatch(_ type: Any.Type) -> DecodingError {
    .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "the column's value is another kind"))
  }
}

extension ValueDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { node.isNull }
  func decode(_ type: Bool.Type) throws -> Bool { try node.bool ?? { throw mismatch(type) }() }
  func decode(_ type: String.Type) throws -> String { try node.string ?? { throw mismatch(type) }() }
  func decode(_ type: Double.Type) throws -> Double { try node.double ?? { throw mismatch(type) }() }
  func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
  func decode(_ type: Int.Type) throws -> Int { try integer() }
  func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
  func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
  func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
  func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
  func decode(_ type: UInt.Type) throws -> UInt { try integer() }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    // The bulk of a sample in one piece, not byte by byte.
    if type == [UInt8].self {
      switch node {
      case .value(.bytes(let bytes)): if let bytes = bytes as? T { return bytes }
      case .value(.image(let image)): if let pixels = image.pixels as? T { return pixels }
      default: break
      }
    }
    return try T(from: self)
  }

  private func integer<T: FixedWidthInteger>() throws -> T {
    guard let integer = node.integer else { throw mismatch(T.self) }
    guard let value = T(exactly: integer) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath, debugDescription: "\(integer.text) does not fit \(T.self)"))
    }
    return value
  }
}

private struct KeyedValues<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let members: [String: DecodedNode]
  let codingPath: [any CodingKey]

  var allKeys: [Key] { members.keys.compactMap { Key(stringValue: $0) } }
  func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).decodeNil() }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try decoder(key).decode(type) }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
    -> KeyedDecodingContainer<Nested>
  { try decoder(key).container(keyedBy: type) }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder(key).unkeyedContainer()
  }
  func superDecoder() throws -> any Decoder {
    ValueDecoder(node: .value(.json(.null)), codingPath: codingPath)
  }
  func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

  private func decoder(_ key: Key) throws -> ValueDecoder {
    guard let node = members[key.stringValue] else {
      throw DecodingError.keyNotFound(
        key, .init(codingPath: codingPath, debugDescription: "the sample has no column \(key.stringValue)"))
    }
    return ValueDecoder(node: node, codingPath: codingPath + [key])
  }
}

private struct UnkeyedValues: UnkeyedDecodingContainer {
  let elements: [DecodedNode]
  let codingPath: [any CodingKey]
  var currentIndex = 0

  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  mutating func decodeNil() throws -> Bool {
    guard try peek().decodeNil() else { return false }
    currentIndex += 1
    return true
  }
  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let value = try peek().decode(type)
    currentIndex += 1
    return value
  }
  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws
    -> KeyedDecodingContainer<Nested>
  {
    let container = try peek().container(keyedBy: type)
    currentIndex += 1
    return container
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try peek().unkeyedContainer()
    currentIndex += 1
    return container
  }
  mutating func superDecoder() throws -> any Decoder { try peek() }

  private func peek() throws -> ValueDecoder {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        Any.self, .init(codingPath: codingPath, debugDescription: "the list has \(elements.count) elements"))
    }
    return ValueDecoder(node: elements[currentIndex], codingPath: codingPath)
  }
}
