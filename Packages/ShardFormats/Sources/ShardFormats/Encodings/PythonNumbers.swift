package import PythonJSON

// Python's `int(text)` and `float(text)`: blanks around, a sign, `_` between digits, decimal digits of any script.

/// What Python's `int(text)` gives; nil where it raises, which includes more than 4,300 digits.
package func pythonInteger(_ text: some StringProtocol) -> JSONInteger? {
  var digits = strippedPythonNumber(text)
  var sign = ""
  if digits.first == "+" || digits.first == "-" {
    if digits.first == "-" { sign = "-" }
    digits.removeFirst()
  }
  guard let plain = withoutUnderscores(digits), plain.count <= 4300, plain.allSatisfy({ $0.isASCIIDigit })
  else {
    return nil
  }
  return JSONInteger(decimal: sign + String(String.UnicodeScalarView(plain)))
}

/// What Python's `float(text)` gives; nil where it raises. Beyond the range it is infinite.
package func pythonFloat(_ text: some StringProtocol) -> Double? {
  let stripped = strippedPythonNumber(text)
  guard isPythonFloat(stripped), let plain = withoutUnderscores(stripped) else { return nil }
  return Double(String(String.UnicodeScalarView(plain)).lowercased())
}

/// Sign, then `inf`, `infinity` or `nan` in any case, or digits with at most one point and an exponent.
private func isPythonFloat(_ scalars: [Unicode.Scalar]) -> Bool {
  var rest = scalars[...]
  if rest.first == "+" || rest.first == "-" { rest = rest.dropFirst() }
  let word = String(String.UnicodeScalarView(rest)).lowercased()
  if ["inf", "infinity", "nan"].contains(word) { return true }
  func digits() -> Int {
    let count = rest.prefix { $0.isASCIIDigit || $0 == "_" }.count
    rest = rest.dropFirst(count)
    return count
  }
  var mantissa = digits()
  if rest.first == "." {
    rest = rest.dropFirst()
    mantissa += digits()
  }
  guard mantissa > 0 else { return false }
  if rest.first == "e" || rest.first == "E" {
    rest = rest.dropFirst()
    if rest.first == "+" || rest.first == "-" { rest = rest.dropFirst() }
    guard digits() > 0 else { return false }
  }
  return rest.isEmpty
}

/// Drops blanks at both ends and turns every decimal digit into its ASCII form.
///
/// CPython's `int` and `float` look at ASCII text as C does, where the four separators U+001C…U+001F are no blanks; at
/// other text, and `Decimal` at any, as `str.isspace` does.
func strippedPythonNumber(_ text: some StringProtocol, asDecimal: Bool = false) -> [Unicode.Scalar] {
  var scalars = Array(text.unicodeScalars)
  let separatorsAreBlank = asDecimal || !scalars.allSatisfy(\.isASCII)
  func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    (0x1C...0x1F).contains(scalar.value) ? separatorsAreBlank : scalar.properties.isWhitespace
  }
  while let last = scalars.last, isBlank(last) { scalars.removeLast() }
  let start = scalars.firstIndex { !isBlank($0) } ?? scalars.endIndex
  return scalars[start...].map { scalar in
    guard !scalar.isASCII, scalar.properties.generalCategory == .decimalNumber,
      let value = scalar.properties.numericValue, let digit = UInt8(exactly: value)
    else { return scalar }
    return Unicode.Scalar(0x30 + digit)
  }
}

/// Takes out each `_` that stands between two digits; nil when one stands elsewhere, or when nothing is left.
private func withoutUnderscores(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar]? {
  var result: [Unicode.Scalar] = []
  for (index, scalar) in scalars.enumerated() {
    guard scalar == "_" else {
      result.append(scalar)
      continue
    }
    guard index > 0, index + 1 < scalars.count, scalars[index - 1].isASCIIDigit,
      scalars[index + 1].isASCIIDigit
    else {
      return nil
    }
  }
  return result.isEmpty ? nil : result
}

extension Unicode.Scalar {
  fileprivate var isASCIIDigit: Bool { (0x30...0x39).contains(value) }
}
