internal import BinaryIO

/// Puts an answer's head together from its lines: leniently, and never more than a bound.
package struct HeadBuilder {
  package enum Step {
    case more, tooLarge
    case complete(HTTPResponseHead)
  }

  package init() {}

  static let byteLimit = 256 << 10
  private var byteCount = 0
  private var status = 0
  private var headers = HTTPHeaders()

  /// Takes the next line, line end included. Interim answers (1xx) are skipped.
  package mutating func add(_ line: RawSpan) -> Step {
    byteCount += line.byteCount
    guard byteCount <= Self.byteLimit else { return .tooLarge }
    let bytes = Array(trimmed(line.copied()))
    if bytes.starts(with: "HTTP/".utf8) {
      status = Self.status(of: bytes)
      headers = HTTPHeaders()
      return .more
    }
    if bytes.isEmpty {
      return (100..<200).contains(status)
        ? .more : .complete(HTTPResponseHead(status: status, headers: headers))
    }
    // libcurl refuses most of these itself.
    guard let colon = bytes.firstIndex(of: 0x3A) else { return .more }
    headers.append(
      String(decoding: trimmed(bytes[..<colon]), as: UTF8.self),
      String(decoding: trimmed(bytes[(colon + 1)...]), as: UTF8.self))
    return .more
  }

  /// The three digits after the first blank; 0 when there are none.
  private static func status(of line: [UInt8]) -> Int {
    let digits = line.drop { $0 != 0x20 }.dropFirst().prefix(3)
    guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return 0 }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}

/// Bytes without blanks, tabs and line ends at either end.
private func trimmed<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
  func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
  guard let last = bytes.lastIndex(where: { !isBlank($0) }) else { return bytes[bytes.endIndex...] }
  return bytes[...last].drop(while: isBlank)
}
