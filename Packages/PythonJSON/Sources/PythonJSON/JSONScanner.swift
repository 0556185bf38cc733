/// Reads JSON's tokens from bytes; never reads past the end.
struct JSONScanner: ~Escapable {
  let bytes: RawSpan
  var position = 0

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) { self.bytes = bytes }

  var atEnd: Bool { position >= bytes.byteCount }

  @inline(__always)
  func byte(at index: Int) -> UInt8? {
    index < bytes.byteCount ? bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) : nil
  }

  @inline(__always)
  func peek() -> UInt8? { byte(at: position) }

  @inline(__always)
  mutating func skipBlanks() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  func error(_ code: JSONError.Code, expected: String) -> JSONError {
    JSONError(code, at: position, expected: expected, found: found)
  }

  /// `.truncated` at the end of the text, `.unexpectedByte` elsewhere.
  func unexpected(_ expected: String) -> JSONError {
    error(atEnd ? .truncated : .unexpectedByte, expected: expected)
  }

  private var found: String {
    guard let byte = peek() else { return "the end of the text" }
    guard (0x21...0x7E).contains(byte) else { return "byte \(byte)" }
    return "'\(Character(Unicode.Scalar(byte)))'"
  }

  /// A string, a number, `true`, `false`, `null`, `NaN`, `Infinity` or `-Infinity`.
  mutating func scalar(limits: JSONLimits) throws(JSONError) -> JSONValue {
    switch peek() {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-") where byte(at: position + 1) == UInt8(ascii: "I"):
      try word("-Infinity")
      return .number(-.infinity)
    case .some(0x2D), .some(0x30...0x39): return try number(limits: limits)
    case UInt8(ascii: "t"):
      try word("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try word("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    case UInt8(ascii: "N"):
      try word("NaN")
      return .number(.nan)
    case UInt8(ascii: "I"):
      try word("Infinity")
      return .number(.infinity)
    default: throw unexpected("a value")
    }
  }

  mutating func word(_ word: StaticString) throws(JSONError) {
    for index in 0..<word.utf8CodeUnitCount {
      guard peek() == word.byte(at: index) else { throw unexpected("'\(word)'") }
      position += 1
    }
  }

  // MARK: Numbers

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`; what follows a match is the caller's business, as in Python.
  mutating func number(limits: JSONLimits) throws(JSONError) -> JSONValue {
    let start = position
    let negative = peek() == UInt8(ascii: "-")
    if negative { position += 1 }
    var mantissa: UInt64 = 0  // exact while `significant` stays below 20
    var significant = 0
    let digitsStart = position
    if peek() == UInt8(ascii: "0") {
      position += 1
    } else {
      skipDigits(&mantissa, &significant)
      guard position > digitsStart else { throw unexpected("a digit") }
    }
    let integerEnd = position
    var isFloat = false
    var exponent = 0
    if peek() == UInt8(ascii: "."), isDigit(at: position + 1) {
      isFloat = true
      position += 1
      let fractionStart = position
      skipDigits(&mantissa, &significant)
      exponent = fractionStart - position
    }
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
      var next = position + 1
      let exponentNegative = byte(at: next) == UInt8(ascii: "-")
      if exponentNegative || byte(at: next) == UInt8(ascii: "+") { next += 1 }
      if isDigit(at: next) {
        isFloat = true
        var written = 0
        while let byte = byte(at: next), (0x30...0x39).contains(byte) {
          if written < 100_000 { written = written * 10 + Int(byte - 0x30) }
          next += 1
        }
        exponent += exponentNegative ? -written : written
        position = next
      }
    }
    guard isFloat else {
      guard integerEnd - digitsStart <= limits.integerDigits else {
        position = start
        throw error(.tooManyDigits, expected: "at most \(limits.integerDigits) digits")
      }
      if significant < 19 {
        let value = Int64(mantissa)
        return .integer(JSONInteger(negative ? -value : value))
      }
      guard let value = JSONInteger(decimal: asciiText(start..<integerEnd)) else {
        throw unexpected("digits")
      }
      return .integer(value)
    }
    // Exact by one IEEE operation on exact operands (Clinger 1990, "How to read floating point numbers accurately").
    if significant < 20, mantissa <= 1 << 53, (-22...22).contains(exponent) {
      let magnitude =
        exponent < 0 ? Double(mantissa) / powersOfTen[-exponent] : Double(mantissa) * powersOfTen[exponent]
      return .number(negative ? -magnitude : magnitude)
    }
    guard let value = Double(asciiText(start..<position)) else { throw unexpected("a number") }
    return .number(value)
  }

  private func isDigit(at index: Int) -> Bool { byte(at: index).map { (0x30...0x39).contains($0) } ?? false }

  private mutating func skipDigits(_ mantissa: inout UInt64, _ significant: inout Int) {
    while let byte = peek(), (0x30...0x39).contains(byte) {
      if significant < 19 { mantissa = mantissa * 10 + UInt64(byte - 0x30) }
      if significant > 0 || byte != 0x30 { significant += 1 }
      position += 1
    }
  }

  private func asciiText(_ range: Range<Int>) -> String {
    var text = ""
    text.reserveCapacity(range.count)
    for index in range { text.unicodeScalars.append(Unicode.Scalar(byte(at: index) ?? 0x30)) }
    return text
  }

  // MARK: Strings

  /// The string that starts with the quote at `position`; leaves `position` after its closing quote.
  mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    skipPlainBytes()
    if peek() == UInt8(ascii: "\"") {
      let text = try validated(start..<position)
      position += 1
      return text
    }
    return try escapedString(from: start)
  }

  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var text = ""
    var runStart = start
    while true {
      if position > runStart { text += try validated(runStart..<position) }
      guard let byte = peek() else { throw unexpected("a closing '\"'") }
      if byte == UInt8(ascii: "\"") {
        position += 1
        return text
      }
      guard byte == UInt8(ascii: "\\") else {
        throw error(.controlCharacter, expected: "control characters as escapes")
      }
      text.unicodeScalars.append(try escape())
      runStart = position
      skipPlainBytes()
    }
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    let start = position
    position += 1
    guard let letter = peek() else { throw unexpected("an escape") }
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default:
      position -= 1
      throw error(.badEscape, expected: "one of \" \\ / b f n r t u")
    }
    let first = try hexUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    if first < 0xDC00, peek() == UInt8(ascii: "\\"), byte(at: position + 1) == UInt8(ascii: "u") {
      position += 2
      let second = try hexUnit()
      if (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      {
        return scalar
      }
    }
    position = start
    throw error(.loneSurrogate, expected: "a surrogate pair")
  }

  private mutating func hexUnit() throws(JSONError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek() else { throw unexpected("4 hexadecimal digits") }
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: throw error(.badEscape, expected: "4 hexadecimal digits")
      }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  /// Stops at a quote, a backslash, a control character or the end; 8 bytes per step.
  private mutating func skipPlainBytes() {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    while position <= bytes.byteCount - 8 {
      let word = bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
      let quotes = word ^ (ones &* 0x22)
      let slashes = word ^ (ones &* 0x5C)
      let special =
        ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes) | ((word &- ones &* 0x20) & ~word)
      if special & highs != 0 { break }
      position += 8
    }
    while let byte = peek(), byte != 0x22, byte != 0x5C, byte >= 0x20 { position += 1 }
  }

  private func validated(_ range: Range<Int>) throws(JSONError) -> String {
    do {
      return String(copying: try UTF8Span(validating: Span<UInt8>(_bytes: bytes.extracting(range))))
    } catch {
      throw JSONError(
        .invalidUTF8, at: range.lowerBound + error.byteOffsets.lowerBound, expected: "UTF-8",
        found: "\(error.kind)")
    }
  }
}

private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
  1e19, 1e20,
  1e21, 1e22,
]

extension StaticString {
  fileprivate func byte(at index: Int) -> UInt8 { withUTF8Buffer { $0[index] } }
}
