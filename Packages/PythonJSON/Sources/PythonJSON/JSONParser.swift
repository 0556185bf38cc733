extension JSONValue {
  /// Parses a whole UTF-8 text with the grammar of Python's `json.loads`.
  ///
  /// `NaN`, `Infinity` and `-Infinity` are accepted, `1e999` is infinite, of repeated names the last value wins, a byte
  /// order mark is refused. Unlike Python a lone surrogate escape is an error. Never recurses, so nesting costs no stack.
  /// - Throws: ``JSONError`` with the byte offset; see its codes.
  /// - Complexity: O(bytes).
  public init(parsing bytes: RawSpan, limits: JSONLimits = .default) throws(JSONError) {
    var parser = JSONParser(bytes, limits: limits)
    self = try parser.parseDocument()
  }

  /// Parses text; see ``init(parsing:limits:)-(RawSpan,_)``.
  public init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
    let bytes = Array(text.utf8)
    try self.init(parsing: bytes.span.bytes, limits: limits)
  }
}

/// One pass over the bytes with explicit stacks: finished values wait in `values` until their container closes.
struct JSONParser: ~Escapable {
  private struct Container {
    var isObject: Bool
    var firstValue: Int
    var firstKey: Int
  }

  var scanner: JSONScanner
  private let limits: JSONLimits
  private var values: [JSONValue] = []
  private var keys: [String] = []
  private var open: [Container] = []

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, limits: JSONLimits) {
    scanner = JSONScanner(bytes)
    self.limits = limits
  }

  mutating func parseDocument() throws(JSONError) -> JSONValue {
    while true {
      // A value is due here.
      scanner.skipBlanks()
      switch scanner.peek() {
      case UInt8(ascii: "{"):
        try openContainer(isObject: true)
        scanner.skipBlanks()
        if scanner.peek() != UInt8(ascii: "}") {
          try parseKey()
          continue
        }
      case UInt8(ascii: "["):
        try openContainer(isObject: false)
        scanner.skipBlanks()
        if scanner.peek() != UInt8(ascii: "]") { continue }
      default:
        values.append(try scanner.scalar(limits: limits))
      }
      if try closeContainers() { continue }
      guard scanner.atEnd else {
        throw scanner.error(.trailingData, expected: "the end of the text")
      }
      return values[0]
    }
  }

  private mutating func openContainer(isObject: Bool) throws(JSONError) {
    guard open.count < limits.depth else {
      throw scanner.error(.tooDeep, expected: "at most \(limits.depth) open brackets")
    }
    scanner.position += 1
    open.append(Container(isObject: isObject, firstValue: values.count, firstKey: keys.count))
  }

  private mutating func parseKey() throws(JSONError) {
    scanner.skipBlanks()
    guard scanner.peek() == UInt8(ascii: "\"") else {
      throw scanner.unexpected("a member name in double quotes")
    }
    keys.append(try scanner.string())
    scanner.skipBlanks()
    guard scanner.peek() == UInt8(ascii: ":") else { throw scanner.unexpected("':' after the member name") }
    scanner.position += 1
  }

  /// After a value or an opening bracket: takes closing brackets and commas. True when another value is due.
  private mutating func closeContainers() throws(JSONError) -> Bool {
    while let container = open.last {
      scanner.skipBlanks()
      let byte = scanner.peek()
      if byte == UInt8(ascii: container.isObject ? "}" : "]") {
        scanner.position += 1
        open.removeLast()
        let members = Array(values[container.firstValue...])
        values.removeLast(members.count)
        if container.isObject {
          let names = Array(keys[container.firstKey...])
          keys.removeLast(names.count)
          values.append(.object(JSONObject(keys: names, values: members)))
        } else {
          values.append(.array(members))
        }
      } else if byte == UInt8(ascii: ",") {
        scanner.position += 1
        if container.isObject { try parseKey() }
        return true
      } else {
        throw scanner.unexpected(container.isObject ? "',' or '}'" : "',' or ']'")
      }
    }
    scanner.skipBlanks()
    return false
  }
}
