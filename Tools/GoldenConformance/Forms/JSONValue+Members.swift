package import PythonJSON

// Access to case.json that says what is missing, and where.
extension JSONValue {
  /// The member `key` of an object; throws when there is none.
  package func member(_ key: String) throws -> JSONValue {
    guard let value = self.object?[key] else { throw GoldenError("case.json: no member `\(key)`") }
    return value
  }

  /// The member `key` of an object; nil when there is none or it is null.
  package func optionalMember(_ key: String) -> JSONValue? {
    guard let value = self.object?[key], value != .null else { return nil }
    return value
  }

  /// The elements of an array.
  package func elements() throws -> [JSONValue] {
    guard let values = self.array else { throw GoldenError("case.json: expected an array") }
    return values
  }

  /// The text of a string.
  package func text() throws -> String {
    guard let value = self.string else { throw GoldenError("case.json: expected a string") }
    return value
  }

  /// Whether something holds.
  package func flag() throws -> Bool {
    guard let value = self.bool else { throw GoldenError("case.json: expected true or false") }
    return value
  }

  /// An integer of any size as its decimal digits: a JSON number, or a string when it is above 2^53.
  package func decimal() throws -> String {
    switch self {
    case .integer(let value): return "\(value)"
    case .string(let digits): return digits
    default: throw GoldenError("case.json: expected an integer")
    }
  }

  /// An integer that fits `T`: a JSON number, or its decimal digits.
  package func integer<T: FixedWidthInteger>(_: T.Type = Int.self) throws -> T {
    guard let value = T(try decimal()) else {
      throw GoldenError("case.json: \(try decimal()) does not fit \(T.self)")
    }
    return value
  }

  /// A list of integers that fit `T`.
  package func integers<T: FixedWidthInteger>(_: T.Type = Int.self) throws -> [T] {
    try elements().map { try $0.integer(T.self) }
  }

  /// Whether this is `{"error": …}`: upstream refuses, and so must we, with an error of any type.
  package var isError: Bool { self.object?["error"] != nil }
}
