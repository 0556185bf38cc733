/// Sections of names and values, read as Python's `configparser` and botocore read them.
///
/// A line that is indented deeper than the name above it continues that name's value. A value that is nothing
/// but such lines is a section within: `s3 =` and then `  endpoint_url = x` gives `s3.endpoint_url`. Lines that
/// begin with `#` or `;` are comments; there are none behind a value. Names are in lower case; the last of a
/// name wins. Where Python would refuse a file for one line, that line is passed over.
struct INIFile: Sendable {
  /// By what stands between the brackets.
  private(set) var sections: [String: [String: String]] = [:]

  init() {}

  init(_ bytes: [UInt8]) {
    var section: String?
    var option: (name: String, indentation: Int, lines: [String])?
    func finish() {
      if let section, let option { set(option.name, option.lines, in: section) }
      option = nil
    }
    for line in bytes.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 0x0A }) {
      let text = String(decoding: line, as: UTF8.self)
      let content = Self.trimmed(text)
      guard let first = content.unicodeScalars.first else {
        option?.lines.append("")
        continue
      }
      if first == "#" || first == ";" { continue }
      let indentation = text.unicodeScalars.prefix { Self.isBlank($0) }.count
      if let current = option, indentation > current.indentation {
        option?.lines.append(content)
        continue
      }
      if first == "[", let end = content.lastIndex(of: "]") {
        finish()
        let name = String(content[content.index(after: content.startIndex)..<end])
        section = name.isEmpty ? nil : name
        if let section, sections[section] == nil { sections[section] = [:] }
        continue
      }
      guard section != nil, let (name, value) = Self.pair(content, separators: "=:") else { continue }
      finish()
      option = (name.lowercased(), indentation, [value])
    }
    finish()
  }

  private mutating func set(_ name: String, _ lines: [String], in section: String) {
    let isSection = lines.first?.isEmpty == true && lines.contains { !$0.isEmpty }
    guard isSection else {
      var lines = lines
      while lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
      sections[section]?[name] = lines.joined(separator: "\n")
      return
    }
    sections[section]?[name] = nil
    for line in lines {
      if let (inner, value) = Self.pair(line, separators: "=") { sections[section]?["\(name).\(inner)"] = value }
    }
  }

  /// Name and value around the first separator; nil without one, or without a name.
  private static func pair(_ line: String, separators: String) -> (name: String, value: String)? {
    guard let separator = line.firstIndex(where: { separators.contains($0) }) else { return nil }
    let name = trimmed(line[..<separator])
    return name.isEmpty ? nil : (name, trimmed(line[line.index(after: separator)...]))
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\u{B}" || scalar == "\u{C}"
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var rest = Substring(text).unicodeScalars
    while let first = rest.first, isBlank(first) { rest.removeFirst() }
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(rest)
  }
}
