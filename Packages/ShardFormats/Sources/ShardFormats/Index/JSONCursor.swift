internal import BinaryIO
package import PythonJSON

/// Steps through JSON text of a known form; what is not read member by member is handed to ``JSONValue``.
package struct JSONCursor: ~Escapable {
  let bytes: RawSpan
  var position = 0
  private var isFirst = true

  /// The contents of a string, without its quotes.
  struct StringToken {
    var range: Range<Int>
    /// Neither escapes nor bytes above 0x7F: the contents are the text.
    var isPlainASCII: Bool
  }

  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) { self.bytes = bytes }

  @inline(__always)
  private func peek() -> UInt8? {
    position < bytes.byteCount ? bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self) : nil
  }

  @inline(__always)
  private mutating func skipBlanks() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  func malformed(_ expected: String, at offset: Int? = nil) -> ShardError {
    let found =
      peek().map { (0x21...0x7E).contains($0) ? "'\(Character(Unicode.Scalar($0)))'" : "byte \($0)" }
      ?? "the end of the file"
    return ShardError(
      .malformedIndex, byteOffset: offset ?? position, expected: expected, found: found,
      remedy: ShardError.writeIndexAgain)
  }

  // MARK: Structure

  /// Takes an opening bracket; ``nextKey()`` or ``nextElement()`` follow until they say that it is closed.
  package mutating func open(_ bracket: Unicode.Scalar, _ what: @autoclosure () -> String) throws(ShardError)
  {
    skipBlanks()
    guard peek() == UInt8(ascii: bracket) else { throw malformed(what()) }
    position += 1
    isFirst = true
  }

  /// The next member's name, up to its value; nil when the object is closed.
  package mutating func nextKey() throws(ShardError) -> Range<Int>? {
    guard try advance(closing: UInt8(ascii: "}")) else { return nil }
    let key = try stringToken("a member's name in double quotes")
    skipBlanks()
    guard peek() == UInt8(ascii: ":") else { throw malformed("':'") }
    position += 1
    skipBlanks()
    return key.range
  }

  /// Whether another element follows; false when the list is closed.
  mutating func nextElement() throws(ShardError) -> Bool { try advance(closing: UInt8(ascii: "]")) }

  @inline(__always)
  private mutating func advance(closing bracket: UInt8) throws(ShardError) -> Bool {
    skipBlanks()
    let byte = peek()
    if byte == bracket {
      position += 1
      isFirst = false
      return false
    }
    if isFirst {
      isFirst = false
      return true
    }
    guard byte == UInt8(ascii: ",") else { throw malformed("',' or '\(Character(Unicode.Scalar(bracket)))'") }
    position += 1
    skipBlanks()
    return true
  }

  package mutating func requireEnd() throws(ShardError) {
    skipBlanks()
    guard position == bytes.byteCount else { throw malformed("the end of the file") }
  }

  // MARK: Values

  /// A string's contents.
  mutating func string(_ what: @autoclosure () -> String) throws(ShardError) -> StringToken {
    try stringToken("a string as \(what())")
  }

  private mutating func stringToken(_ expected: @autoclosure () -> String) throws(ShardError) -> StringToken {
    guard peek() == 0x22 else { throw malformed(expected()) }
    position += 1
    let start = position
    var isPlain = true
    while let byte = peek() {
      if byte == 0x22 {
        position += 1
        return StringToken(range: start..<position - 1, isPlainASCII: isPlain)
      }
      if byte == 0x5C {
        isPlain = false
        position += 1
      } else if byte < 0x20 || byte > 0x7E {
        isPlain = false
      }
      position += 1
    }
    position = bytes.byteCount
    throw malformed("a closing '\"'")
  }

  /// An integer without point or exponent.
  mutating func integer(
    _ what: @autoclosure () -> String, in range: ClosedRange<Int>
  ) throws(ShardError) -> Int {
    let start = position
    let negative = peek() == UInt8(ascii: "-")
    if negative { position += 1 }
    var value = 0
    var overflow = false
    let digits = position
    while let byte = peek(), byte >= 0x30, byte <= 0x39 {
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(Int(byte) - 0x30)
      overflow = overflow || first || second
      value = sum
      position += 1
    }
    let hasLeadingZero = position > digits + 1 && bytes.uint8(at: digits) == 0x30
    guard position > digits, !hasLeadingZero, endsValue(peek()) else {
      position = start
      throw malformed("an integer as \(what())")
    }
    guard !overflow, range.contains(negative ? -value : value) else {
      let text = utf8Text(bytes.extracting(start..<min(position, start + 40))) ?? ""
      position = start
      throw ShardError(
        .outOfRange, byteOffset: start, expected: "\(what()) from \(range.lowerBound) to \(range.upperBound)",
        found: text, remedy: ShardError.writeIndexAgain)
    }
    return negative ? -value : value
  }

  /// Whether a number may end before that byte; what follows a blank is judged by the caller's next step.
  private func endsValue(_ byte: UInt8?) -> Bool {
    switch byte {
    case 0x2C, 0x7D, 0x5D, 0x20, 0x0A, 0x0D, 0x09, nil: true
    default: false
    }
  }

  /// Takes the word when it is next.
  mutating func skip(word: StaticString) -> Bool {
    guard bytes.matches(word, at: position) else { return false }
    position += word.utf8CodeUnitCount
    return true
  }

  /// Takes the same text as stands elsewhere, when it is next and ends a value.
  @inline(__always)
  mutating func skip(textOf range: Range<Int>) -> Bool {
    let end = position + range.count
    guard end < bytes.byteCount, isSame(range, position..<end) else { return false }
    let next = bytes.unsafeLoad(fromByteOffset: end, as: UInt8.self)
    guard next == 0x2C || next == 0x7D || next == 0x20 else { return false }
    position = end
    return true
  }

  /// Steps over a value without judging what is inside: where it lies.
  package mutating func skippedValue() throws(ShardError) -> Range<Int> {
    skipBlanks()
    let start = position
    var depth = 0
    while let byte = peek() {
      switch byte {
      case 0x22: _ = try stringToken("a string")
      case 0x7B, 0x5B:
        depth += 1
        position += 1
        continue
      case 0x7D, 0x5D:
        guard depth > 0 else { throw malformed("a value") }
        depth -= 1
        position += 1
      case 0x2C, 0x3A, 0x20, 0x0A, 0x0D, 0x09:
        guard depth > 0 else { throw malformed("a value") }
        position += 1
        continue
      default:
        let wordStart = position
        while let byte = peek(), byte > 0x20, byte != 0x2C, byte != 0x7D, byte != 0x5D, byte != 0x3A {
          position += 1
        }
        guard position > wordStart else { throw malformed("a value") }
      }
      if depth == 0 { return start..<position }
    }
    throw malformed("the end of the value")
  }

  /// Parses the value that is next.
  mutating func parsedValue() throws(ShardError) -> JSONValue { try parsed(skippedValue()) }

  /// Parses the value at that place.
  package func parsed(_ range: Range<Int>) throws(ShardError) -> JSONValue {
    do {
      return try JSONValue(parsing: bytes.extracting(range))
    } catch {
      throw ShardError(
        .malformedIndex, byteOffset: range.lowerBound + error.byteOffset, expected: error.expected,
        found: error.found, remedy: ShardError.writeIndexAgain, cause: error)
    }
  }

  /// The text of a string's contents.
  package func text(_ contents: Range<Int>) throws(ShardError) -> String {
    try parsed(contents.lowerBound - 1..<contents.upperBound + 1).string ?? ""
  }

  // MARK: Comparing

  @inline(__always)
  func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    range.count == text.utf8CodeUnitCount && bytes.matches(text, at: range.lowerBound)
  }

  /// Whether two ranges hold the same bytes.
  @inline(__always)
  func isSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    guard left.count == right.count else { return false }
    var index = 0
    while index + 8 <= left.count {
      let a = bytes.unsafeLoadUnaligned(fromByteOffset: left.lowerBound + index, as: UInt64.self)
      let b = bytes.unsafeLoadUnaligned(fromByteOffset: right.lowerBound + index, as: UInt64.self)
      if a != b { return false }
      index += 8
    }
    while index < left.count {
      let a = bytes.unsafeLoad(fromByteOffset: left.lowerBound + index, as: UInt8.self)
      let b = bytes.unsafeLoad(fromByteOffset: right.lowerBound + index, as: UInt8.self)
      if a != b { return false }
      index += 1
    }
    return true
  }
}
