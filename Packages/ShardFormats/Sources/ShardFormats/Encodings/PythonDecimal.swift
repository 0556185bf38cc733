/// The text of Python's `str(Decimal(text))`; nil where `Decimal` raises.
///
/// The General Decimal Arithmetic specification's `to-scientific-string`, as `decimal.py` writes it. At most the exponents
/// of a 64-bit Python (±999,999,999,999,999,999).
package func pythonDecimalText(_ text: some StringProtocol) -> String? {
  let scalars = strippedPythonNumber(text, asDecimal: true).filter { $0 != "_" }
  let plain = String(String.UnicodeScalarView(scalars))
  guard plain.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
  var rest = plain.lowercased()[...]
  var sign = ""
  if rest.first == "-" || rest.first == "+" { sign = rest.removeFirst() == "-" ? "-" : "" }
  if rest == "inf" || rest == "infinity" { return sign + "Infinity" }
  for (word, name) in [("snan", "sNaN"), ("nan", "NaN")] where rest.hasPrefix(word) {
    let payload = rest.dropFirst(word.count)
    guard payload.utf8.allSatisfy(isDigit) else { return nil }
    return sign + name + payload.drop { $0 == "0" }
  }
  var exponent = 0
  if let mark = rest.firstIndex(of: "e") {
    guard let value = exponentValue(rest[rest.index(after: mark)...]) else { return nil }
    exponent = value
    rest = rest[..<mark]
  }
  let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  let fraction = parts.count == 2 ? parts[1] : ""
  let written = String(parts[0] + fraction)
  guard !written.isEmpty, written.utf8.allSatisfy(isDigit) else { return nil }
  exponent -= fraction.utf8.count
  let significant = written.drop { $0 == "0" }
  let digits = significant.isEmpty ? "0" : String(significant)
  let limit = 999_999_999_999_999_999
  guard significant.isEmpty || exponent + digits.utf8.count - 1 <= limit, exponent >= -limit - limit else {
    return nil
  }
  return sign + scientific(digits, exponent: exponent)
}

/// Digits × 10^exponent as `to-scientific-string` prints it.
private func scientific(_ digits: String, exponent: Int) -> String {
  let count = digits.utf8.count
  let leftDigits = exponent + count
  let point = exponent <= 0 && leftDigits > -6 ? leftDigits : 1
  var text: String
  if point <= 0 {
    text = "0." + String(repeating: "0", count: -point) + digits
  } else if point >= count {
    text = digits + String(repeating: "0", count: point - count)
  } else {
    text = digits.prefix(point) + "." + digits.dropFirst(point)
  }
  if leftDigits != point {
    let power = leftDigits - point
    text += "E" + (power < 0 ? "-" : "+") + String(power.magnitude)
  }
  return text
}

private func exponentValue(_ text: Substring) -> Int? {
  let digits = text.first == "+" || text.first == "-" ? text.dropFirst() : text
  guard !digits.isEmpty, digits.utf8.allSatisfy(isDigit), let value = Int(text),
    value.magnitude <= 1_999_999_999_999_999_999
  else { return nil }
  return value
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
