/// Reads a number of samples as upstream's `number_abbrev_to_int` does: `"10k"` is 10,000, `"1.5m"` 1,500,000.
///
/// Suffixes k, m, b and t in either case stand for 10³, 10⁶, 10⁹ and 10¹²; the number before one may have a fraction,
/// an exponent and a sign, and the product is cut toward zero. Without a suffix only digits are a number.
/// - Throws: ``ConfigurationError`` `.outOfRange` naming `parameter` for any other text, or a number beyond `Int`.
public func sampleCount(
  abbreviation text: String, parameter: String = "epoch_size"
) throws(ConfigurationError) -> Int {
  let lowered = text.lowercased()
  let trimmed = lowered.trimmingBlanks
  let value: Int?
  if let unit = ["k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12][String(trimmed.suffix(1))] {
    value = pythonFloat(trimmed.dropLast()).flatMap { Int(exactly: ($0 * unit).rounded(.towardZero)) }
  } else {
    value = asciiDigits(trimmed).flatMap { $0.allSatisfy(\.isNumber) ? Int($0) : nil }
  }
  guard let value else {
    throw .outOfRange(
      parameter, expected: "a whole number, or a number with one of the suffixes k, m, b, t", found: "'\(text)'",
      remedy: "Write digits, or such as 10k or 1.5m")
  }
  return value
}

/// The text with decimal digits of any script as ASCII ones; nil when it is empty.
private func asciiDigits(_ text: Substring) -> String? {
  guard !text.isEmpty else { return nil }
  return String(
    text.unicodeScalars.map { scalar -> Character in
      guard scalar.properties.generalCategory == .decimalNumber, let digit = scalar.properties.numericValue else {
        // What is no digit may be no number either, such as a superscript.
        return scalar.properties.numericType == nil ? Character(scalar) : "?"
      }
      return Character(String(Int(digit)))
    })
}

/// The value of Python's `float(text)`: decimal, optional underscores between digits, no hexadecimal; nil otherwise.
private func pythonFloat(_ text: Substring) -> Double? {
  guard let ascii = asciiDigits(text.trimmingBlanks) else { return nil }
  var digits = ""
  var previous: Character = " "
  for (index, character) in ascii.enumerated() {
    if character == "_" {
      let next = ascii.dropFirst(index + 1).first
      guard previous.isWholeNumber, next?.isWholeNumber == true else { return nil }
    } else {
      guard character.isWholeNumber || "+-.e".contains(character) else { return nil }
      digits.append(character)
    }
    previous = character
  }
  return Double(digits)
}

extension StringProtocol {
  /// Without white space at either end.
  var trimmingBlanks: Substring {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return Substring(self[first...last])
  }
}
