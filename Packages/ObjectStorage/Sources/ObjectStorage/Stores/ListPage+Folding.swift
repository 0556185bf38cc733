extension ListPage {
  /// Makes one page out of a sorted listing, as S3 does: keys that hold `delimiter` after `prefix` become
  /// prefixes, and both count toward the page's length.
  /// - Parameter infos: objects sorted by key.
  /// - Parameter token: the last key or prefix of the page before; what it is or stands for is left out.
  package init(
    folding infos: [ObjectInfo], prefix: String, delimiter: String?, after token: String?, pageLength: Int
  ) {
    self.init()
    for info in infos where info.key.text.utf8.starts(with: prefix.utf8) {
      let text = info.key.text
      let folded = delimiter.flatMap { Self.fold(text, after: prefix, at: $0) }
      let name = folded ?? text
      if let token, !token.utf8.lexicographicallyPrecedes(name.utf8) { continue }
      if let folded, let last = prefixes.last, folded.utf8.elementsEqual(last.utf8) { continue }
      if objects.count + prefixes.count == pageLength {
        let last = [objects.last?.key.text, prefixes.last].compactMap { $0 }
        nextToken = last.max { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return
      }
      if let folded { prefixes.append(folded) } else { objects.append(info) }
    }
  }

  private static func fold(_ text: String, after prefix: String, at delimiter: String) -> String? {
    guard !delimiter.isEmpty else { return nil }
    let bytes = Array(text.utf8)
    let mark = Array(delimiter.utf8)
    var start = prefix.utf8.count
    while start + mark.count <= bytes.count {
      if bytes[start..<(start + mark.count)].elementsEqual(mark) {
        return String(decoding: bytes[..<(start + mark.count)], as: UTF8.self)
      }
      start += 1
    }
    return nil
  }
}
