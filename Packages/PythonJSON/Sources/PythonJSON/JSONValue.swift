/// A JSON document as Python's `json` module sees it: integers of any size, `NaN` and infinities, ordered objects.
///
/// Two values are equal when Python would hold them for the same tree, with two differences: an integer never equals
/// a float or a boolean, and strings compare by code point, so a composed `é` and `e` + accent differ although
/// Swift's `String` calls them equal. Member order plays no part in equality.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(JSONInteger)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.string(let a), .string(let b)): sameCodePoints(a, b)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }
}

extension JSONValue {
  /// The value as `Int`, nil for other kinds and for integers that do not fit.
  public var int: Int? { if case .integer(let value) = self { Int(exactly: value) } else { nil } }
  /// The value as `Double`: a float, or an integer that a `Double` holds exactly; nil otherwise.
  public var double: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Int(exactly: value).flatMap(Double.init(exactly:))
    default: nil
    }
  }
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
  public var isNull: Bool { if case .null = self { true } else { false } }

  /// The member of that name when this is an object that has it.
  public subscript(key: String) -> JSONValue? { object?[key] }
  /// The element at that index when this is an array that has it.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// What kind of value this is, in the words of JSON, for error messages: `an object`, `null`, `a string` ….
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer: "an integer"
    case .number: "a float"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(JSONInteger(value)) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(JSONObject(members)) }
}

/// Whether two strings are the same code points; Swift's `==` alone also equates composed and decomposed forms.
func sameCodePoints(_ left: String, _ right: String) -> Bool {
  // `==` first: it settles the common case, unequal ASCII, without a loop.
  guard left == right else { return false }
  return left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
}
