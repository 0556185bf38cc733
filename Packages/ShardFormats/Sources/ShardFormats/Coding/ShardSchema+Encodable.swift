internal import PythonJSON

extension ShardSchema {
  /// A sample's values by column, from a Swift value whose properties are columns by name: for convenience, not for hot loops.
  ///
  /// The counterpart of ``Sample/decoded(as:)``. Numbers become numbers, `String` text (or a decimal's digits, where the column
  /// is one), `[UInt8]` bytes; an array of numbers goes into an `ndarray` column, with the column's shape or as one dimension;
  /// `[[UInt8]]` into a list of images; anything into a `json` column. Properties without a column are left out.
  /// - Throws: ``ShardError`` `.wrongType` when the value has no properties, or refuses to be encoded.
  public func values(of sample: some Encodable) throws(ShardError) -> [String: ColumnValue] {
    let output = SampleOutput(columns)
    do {
      try sample.encode(to: SampleEncoder(output: output))
    } catch {
      throw (error as? ShardError)
        ?? ShardError(
          .wrongType, expected: "a value with a property for each column", found: "\(type(of: sample))",
          remedy: "give a struct whose properties have the columns' names", cause: error)
    }
    var values = output.values
    for (column, node) in output.nested { values[column] = .json(node.json) }
    return values
  }
}

/// What a sample's encoder has been given.
private final class SampleOutput {
  let encodings: [String: Encoding]
  var values: [String: ColumnValue] = [:]
  var nested: [String: JSONNode] = [:]

  init(_ columns: [ColumnSpec]) {
    encodings = Dictionary(columns.map { ($0.name, $0.encoding) }, uniquingKeysWith: { first, _ in first })
  }
}

private struct SampleEncoder: Encoder {
  let output: SampleOutput
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(SampleColumns<Key>(output: output))
  }

  // A sample is no list and no single value: whatever is put there becomes no column, which the writer then misses.
  func unkeyedContainer() -> any UnkeyedEncodingContainer { JSONNodeEncoder(JSONNode(), []).unkeyedContainer() }
  func singleValueContainer() -> any SingleValueEncodingContainer { SampleValue(output: output) }
}

/// A value that passes its encoding on to another, as a `RawRepresentable` or a wrapper does.
private struct SampleValue: SingleValueEncodingContainer {
  let output: SampleOutput
  var codingPath: [any CodingKey] { [] }

  func encodeNil() {}
  func encode<T: Encodable>(_ value: T) throws { try value.encode(to: SampleEncoder(output: output)) }
  // Plain values would ask for this container again, for ever.
  func encode(_ value: Bool) {}
  func encode(_ value: String) {}
  func encode(_ value: Double) {}
  func encode(_ value: Float) {}
  func encode(_ value: Int) {}
  func encode(_ value: Int8) {}
  func encode(_ value: Int16) {}
  func encode(_ value: Int32) {}
  func encode(_ value: Int64) {}
  func encode(_ value: UInt) {}
  func encode(_ value: UInt8) {}
  func encode(_ value: UInt16) {}
  func encode(_ value: UInt32) {}
  func encode(_ value: UInt64) {}
}

private struct SampleColumns<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let output: SampleOutput
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) { output.values[key.stringValue] = .json(.null) }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    guard let encoding = output.encodings[key.stringValue] else { return }
    output.values[key.stringValue] = try ColumnValue(encodable: value, for: encoding, path: [key])
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
    nested(key).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }
  func superEncoder() -> any Encoder { SampleEncoder(output: output) }
  func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

  private func nested(_ key: Key) -> JSONNodeEncoder {
    let node = JSONNode()
    if output.encodings[key.stringValue] != nil { output.nested[key.stringValue] = node }
    return JSONNodeEncoder(node, [key])
  }
}

extension ColumnValue {
  /// A Swift value as a column of that encoding takes it.
  fileprivate init<T: Encodable>(encodable value: T, for encoding: Encoding, path: [any CodingKey]) throws {
    switch value {
    case let bytes as [UInt8] where encoding != .json && !encoding.isArray: self = .bytes(bytes)
    case let files as [[UInt8]] where encoding != .json: self = .list(files.map(ColumnValue.bytes))
    default:
      if case .ndarray(let layout) = encoding, let array = try NDArray(numbers: value, shape: layout.shape) {
        self = .ndarray(array)
        return
      }
      let json = try JSONNodeEncoder.tree(of: value, path)
      switch (encoding, json) {
      case (.json, _): self = .json(json)
      case (.strDecimal, .string(let text)): self = .decimal(text)
      case (_, .string(let text)): self = .string(text)
      case (_, .integer(let integer)): self = .integer(integer)
      // A Float stays one: `Float(Double(x)) == x`, and numpy's float32 takes it as it is.
      case (_, .number(let number)): self = .float(number)
      default: self = .json(json)
      }
    }
  }
}

extension Encoding {
  fileprivate var isArray: Bool { if case .ndarray = self { true } else { false } }
}

extension NDArray {
  /// An array of Swift numbers; nil for anything else.
  fileprivate init?(numbers value: Any, shape: [Int]?) throws(ShardError) {
    func array<Element: NDArrayElement>(_ elements: [Element]) throws(ShardError) -> NDArray {
      try NDArray(elements, shape: shape)
    }
    switch value {
    case let elements as [UInt8]: self = try array(elements)
    case let elements as [Int8]: self = try array(elements)
    case let elements as [UInt16]: self = try array(elements)
    case let elements as [Int16]: self = try array(elements)
    case let elements as [UInt32]: self = try array(elements)
    case let elements as [Int32]: self = try array(elements)
    case let elements as [UInt64]: self = try array(elements)
    case let elements as [Int64]: self = try array(elements)
    case let elements as [Int]: self = try array(elements.map { Int64($0) })
    case let elements as [Float16]: self = try array(elements)
    case let elements as [Float]: self = try array(elements)
    case let elements as [Double]: self = try array(elements)
    default: return nil
    }
  }
}
