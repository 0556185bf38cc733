internal import PythonJSON

/// A JSON value in the making: containers of Swift's encoding are filled after they were handed out.
final class JSONNode {
  private enum Content {
    case value(JSONValue)
    case array([JSONNode])
    case object([(String, JSONNode)])
  }

  private var content = Content.value(.null)

  /// What was put in.
  var json: JSONValue {
    switch content {
    case .value(let value): value
    case .array(let nodes): .array(nodes.map(\.json))
    case .object(let members): .object(JSONObject(members.map { ($0.0, $0.1.json) }))
    }
  }

  var count: Int { if case .array(let nodes) = content { nodes.count } else { 0 } }

  func set(_ value: JSONValue) { content = .value(value) }

  /// Makes it a list, or leaves it one.
  func beArray() {
    if case .array = content { return }
    content = .array([])
  }

  /// Makes it an object, or leaves it one.
  func beObject() {
    if case .object = content { return }
    content = .object([])
  }

  func append() -> JSONNode {
    let node = JSONNode()
    guard case .array(var nodes) = content else { return node }
    content = .value(.null)
    nodes.append(node)
    content = .array(nodes)
    return node
  }

  func member(_ key: String) -> JSONNode {
    let node = JSONNode()
    guard case .object(var members) = content else { return node }
    content = .value(.null)
    members.append((key, node))
    content = .object(members)
    return node
  }
}

/// Encodes any Swift value to a JSON tree, as a `json` column holds it.
struct JSONNodeEncoder: Encoder {
  private let node: JSONNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  init(_ node: JSONNode, _ codingPath: [any CodingKey]) {
    self.node = node
    self.codingPath = codingPath
  }

  static func tree(of value: some Encodable, _ path: [any CodingKey]) throws -> JSONValue {
    let node = JSONNode()
    try JSONNodeEncoder(node, path).encode(value)
    return node.json
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.beObject()
    return KeyedEncodingContainer(Members<Key>(node: node, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.beArray()
    return Elements(node: node, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension JSONNodeEncoder: SingleValueEncodingContainer {
  func encodeNil() { node.set(.null) }
  func encode(_ value: Bool) { node.set(.bool(value)) }
  func encode(_ value: String) { node.set(.string(value)) }
  func encode(_ value: Double) { node.set(.number(value)) }
  func encode(_ value: Float) { node.set(.number(Double(value))) }
  func encode(_ value: Int) { integer(value) }
  func encode(_ value: Int8) { integer(value) }
  func encode(_ value: Int16) { integer(value) }
  func encode(_ value: Int32) { integer(value) }
  func encode(_ value: Int64) { integer(value) }
  func encode(_ value: UInt) { integer(value) }
  func encode(_ value: UInt8) { integer(value) }
  func encode(_ value: UInt16) { integer(value) }
  func encode(_ value: UInt32) { integer(value) }
  func encode(_ value: UInt64) { integer(value) }
  func encode<T: Encodable>(_ value: T) throws { try value.encode(to: self) }

  private func integer(_ value: some BinaryInteger) { node.set(.integer(JSONInteger(value))) }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: JSONNode
  let codingPath: [any CodingKey]

  func encodeNil(forKey key: Key) { member(key).encodeNil() }
  func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try member(key).encode(value) }
  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
    member(key).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { member(key).unkeyedContainer() }
  func superEncoder() -> any Encoder { JSONNodeEncoder(node.member("super"), codingPath) }
  func superEncoder(forKey key: Key) -> any Encoder { member(key) }

  private func member(_ key: Key) -> JSONNodeEncoder {
    JSONNodeEncoder(node.member(key.stringValue), codingPath + [key])
  }
}

private struct Elements: UnkeyedEncodingContainer {
  let node: JSONNode
  let codingPath: [any CodingKey]

  var count: Int { node.count }
  func encodeNil() { element().encodeNil() }
  func encode<T: Encodable>(_ value: T) throws { try element().encode(value) }
  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    element().container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { element().unkeyedContainer() }
  func superEncoder() -> any Encoder { element() }

  private func element() -> JSONNodeEncoder { JSONNodeEncoder(node.append(), codingPath) }
}
