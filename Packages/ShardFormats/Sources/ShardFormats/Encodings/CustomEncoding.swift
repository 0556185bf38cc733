/// An encoding of the caller's own for MDS columns: a name and two functions.
///
/// Two are equal when their names are. Both functions may be called from any thread at once.
public struct CustomEncoding: Sendable {
  /// The name in the index; none of upstream's, and without `:`.
  public let name: String
  /// The bytes of every value; nil when they vary.
  public let fixedByteCount: Int?
  /// Makes the bytes of a value.
  public let encode: @Sendable (ColumnValue) throws -> [UInt8]
  /// Makes the value of bytes, which may be anything: it throws where they are not what ``encode`` makes.
  public let decode: @Sendable (RawSpan) throws -> ColumnValue

  public init(
    name: String, fixedByteCount: Int? = nil, encode: @escaping @Sendable (ColumnValue) throws -> [UInt8],
    decode: @escaping @Sendable (RawSpan) throws -> ColumnValue
  ) {
    self.name = name
    self.fixedByteCount = fixedByteCount
    self.encode = encode
    self.decode = decode
  }
}

extension CustomEncoding: Hashable {
  public static func == (left: CustomEncoding, right: CustomEncoding) -> Bool { left.name == right.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The caller's own encodings, by name: given to whoever opens an index.
public struct EncodingRegistry: Sendable {
  private var encodings: [String: CustomEncoding] = [:]

  public init() {}
  public static let empty = EncodingRegistry()

  /// Adds an encoding; one of the same name is replaced.
  /// - Throws: ``ShardError`` `.badOption` for a name of upstream's or one with `:`, and for a fixed size out of range.
  public mutating func register(_ encoding: CustomEncoding) throws(ShardError) {
    guard !encoding.name.isEmpty, !encoding.name.contains(":"), (try? Encoding(parsing: encoding.name)) == nil
    else {
      throw ShardError(
        .badOption, expected: "a name that upstream has no encoding for, without ':'",
        found: "\"\(encoding.name)\"",
        remedy: "choose another name")
    }
    guard (1...Int(UInt32.max)).contains(encoding.fixedByteCount ?? 1) else {
      throw ShardError(
        .badOption, expected: "a fixed size from 1 byte to 4 GiB", found: "\(encoding.fixedByteCount ?? 0)",
        remedy: "leave the size out when values vary")
    }
    encodings[encoding.name] = encoding
  }

  public subscript(name: String) -> CustomEncoding? { encodings[name] }
}
