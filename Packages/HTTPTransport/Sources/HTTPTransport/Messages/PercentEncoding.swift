/// Percent escapes as RFC 3986 and AWS's signatures want them: all but letters, digits, `-`, `.`, `_` and
/// `~`, in upper case.
public enum PercentEncoding {
  /// Encodes a value of a query, or one part of a path.
  public static func encoded(_ text: some StringProtocol, keepingSlashes: Bool = false) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 16)
    append(text.utf8, to: &bytes, keepingSlashes: keepingSlashes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Encodes a path: its slashes stay.
  public static func encodedPath(_ path: some StringProtocol) -> String {
    encoded(path, keepingSlashes: true)
  }

  /// Encodes names and values of a query, in the given order.
  public static func encodedQuery(_ parts: [(name: String, value: String)]) -> String {
    parts.map { encoded($0.name) + "=" + encoded($0.value) }.joined(separator: "&")
  }

  /// Appends encoded bytes.
  package static func append(
    _ text: some Sequence<UInt8>, to bytes: inout [UInt8], keepingSlashes: Bool
  ) {
    for byte in text {
      if isUnreserved(byte) || (keepingSlashes && byte == 0x2F) {
        bytes.append(byte)
      } else {
        bytes.append(0x25)
        bytes.append(digit(byte >> 4))
        bytes.append(digit(byte & 15))
      }
    }
  }

  @inline(__always)
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
      || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x7E
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}
