/// Looking for ASCII in texts byte by byte.
///
/// `Character` is the wrong unit for names: a slash with a combining accent behind it is one `Character` that
/// is no slash, and still a separator to every service and file system.
extension StringProtocol where UTF8View: BidirectionalCollection {
  /// The first place of an ASCII character.
  func firstByte(_ byte: UInt8) -> Index? { utf8.firstIndex(of: byte) }

  /// The last place of an ASCII character.
  func lastByte(_ byte: UInt8) -> Index? { utf8.lastIndex(of: byte) }

  /// Whether the text's bytes begin with those of `prefix`.
  package func startsWithBytes(_ prefix: some StringProtocol) -> Bool { utf8.starts(with: prefix.utf8) }
}

/// The byte of `/`.
let slash: UInt8 = 0x2F
