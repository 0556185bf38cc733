/// The text of Python's `repr(float)`: the fewest digits that read back as the same value; exponent form from 1e16 up
/// and below 1e-4, with at least two exponent digits; `nan`, `inf`, `-inf`.
public func pythonRepr(_ value: Double) -> String {
  if value.isNaN { return "nan" }
  if value.isInfinite { return value < 0 ? "-inf" : "inf" }
  // Swift prints the same shortest digits (SwiftDtoa, after Errol and Grisu) in another layout: take them apart.
  var digits: [UInt8] = []
  var point: Int?
  var exponent = 0
  var inExponent = false
  var exponentNegative = false
  for byte in value.magnitude.description.utf8 {
    switch byte {
    case UInt8(ascii: "."): point = digits.count
    case UInt8(ascii: "e"): inExponent = true
    case UInt8(ascii: "-"): exponentNegative = true
    case UInt8(ascii: "+"): break
    default:
      if inExponent { exponent = exponent * 10 + Int(byte - 0x30) } else { digits.append(byte) }
    }
  }
  // value = 0.digits × 10^scale
  var scale = (point ?? digits.count) + (exponentNegative ? -exponent : exponent)
  let zeros = digits.prefix { $0 == 0x30 }.count
  digits.removeFirst(zeros)
  scale -= zeros
  while digits.last == 0x30 { digits.removeLast() }
  var text: [UInt8] = value.sign == .minus ? [0x2D] : []
  if digits.isEmpty {
    text += [0x30, 0x2E, 0x30]
  } else if scale > 16 || scale < -3 {
    text.append(digits[0])
    if digits.count > 1 {
      text.append(0x2E)
      text += digits[1...]
    }
    let power = scale - 1
    text.append(0x65)
    text.append(power < 0 ? 0x2D : 0x2B)
    if power.magnitude < 10 { text.append(0x30) }
    text += Array(String(power.magnitude).utf8)
  } else if scale <= 0 {
    text += [0x30, 0x2E]
    text += Array(repeating: 0x30, count: -scale)
    text += digits
  } else if digits.count <= scale {
    text += digits
    text += Array(repeating: 0x30, count: scale - digits.count)
    text += [0x2E, 0x30]
  } else {
    text += digits[..<scale]
    text.append(0x2E)
    text += digits[scale...]
  }
  return String(decoding: text, as: UTF8.self)
}
