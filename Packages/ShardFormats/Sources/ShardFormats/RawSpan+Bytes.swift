extension [UInt8] {
  /// Appends a copy of the bytes.
  package mutating func append(_ bytes: RawSpan) {
    // Safe because the pointer stays inside the call, which copies from it.
    bytes.withUnsafeBytes { append(contentsOf: $0) }
  }
}

extension RawSpan {
  /// The bytes as UTF-8, with U+FFFD for what is none.
  var repairedText: String {
    // Safe because the pointer stays inside the call, which copies from it.
    withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether the first byte lies where a value of that type may lie.
  func isAligned<Element>(for _: Element.Type) -> Bool {
    // Safe because only the address is looked at.
    withUnsafeBytes { Int(bitPattern: $0.baseAddress) % MemoryLayout<Element>.alignment == 0 }
  }
}
