/// Sections of names and values, as AWS's tools write them.
///
/// Lines that begin with `#` or `;` are comments; there are none behind a value. Indented lines below a name
/// without a value are names within it: `s3 =` and then `  endpoint_url = x` gives `s3.endpoint_url`. Names
/// are in lower case; the last of a name wins. What is none of these is passed over.
struct INIFile: Sendable {
  private(set) var sections: [String: [String: String]] = [:]

  init() {}

  init(_ bytes: [UInt8]) {
    var section: String?
    var outer: String?
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let text = String(decoding: line, as: UTF8.self)
      let content = Self.trimmed(text)
      guard let first = content.first, first != "#", first != ";" else { continue }
      if first == "[" {
        section = Self.sectionName(content)
        outer = nil
        if let section { sections[section, default: [:]] = sections[section] ?? [:] }
        continue
      }
      guard let section, let equals = content.firstIndex(of: "=") else { continue }
      let name = Self.trimmed(content[..<equals]).lowercased()
      let value = Self.trimmed(content[content.index(after: equals)...])
      let isIndented = text.first == " " || text.first == "\t"
      if isIndented, let outer {
        sections[section]?["\(outer).\(name)"] = value
      } else {
        sections[section]?[name] = value
        outer = value.isEmpty ? name : nil
      }
    }
  }

  /// The name between the brackets, with quotes as in `[profile "a b"]` taken off and blanks made single.
  private static func sectionName(_ line: String) -> String? {
    guard let end = line.lastIndex(of: "]") else { return nil }
    let inner = line[line.index(after: line.startIndex)..<end].filter { $0 != "\"" && $0 != "'" }
    return inner.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
  }
}
