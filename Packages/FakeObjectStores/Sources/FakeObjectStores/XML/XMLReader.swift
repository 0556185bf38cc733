/// Reads the little XML that clients send: elements and text, no more.
enum XMLReader {
  struct Flaw: Error {}

  /// An element with the text and the elements in it.
  struct Element {
    var name: String
    var text = ""
    var children: [Element] = []

    /// The text of the first child of that name.
    subscript(_ name: String) -> String? { children.first { $0.name == name }?.text }
  }

  /// - Throws: ``Flaw`` when the elements do not nest, or too deep.
  static func read(_ bytes: [UInt8]) throws(Flaw) -> Element {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Flaw() }
    var rest = text[...].unicodeScalars
    var open = [Element(name: "")]
    while let first = rest.first {
      guard first == "<" else {
        let run = rest.prefix { $0 != "<" }
        rest = rest[run.endIndex...]
        open[open.count - 1].text += try unescaped(String(Substring(run)))
        continue
      }
      guard let end = rest.firstIndex(of: ">") else { throw Flaw() }
      let tag = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.first == "?" || tag.first == "!" { continue }
      let isEmpty = tag.last == "/"
      let isEnd = tag.first == "/"
      let name = String(
        Substring(tag.drop { $0 == "/" }.prefix { $0 != " " && $0 != "/" && $0 != "\n" && $0 != "\t" }))
      if !isEnd { open.append(Element(name: name)) }
      if isEnd || isEmpty {
        guard open.count > 1, let done = open.popLast(), done.name == name else { throw Flaw() }
        open[open.count - 1].children.append(done)
      }
      guard open.count < 16 else { throw Flaw() }
    }
    guard open.count == 1, let root = open[0].children.first else { throw Flaw() }
    return root
  }

  private static func unescaped(_ text: String) throws(Flaw) -> String {
    guard text.contains("&") else { return text }
    var result = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      guard let end = rest[start...].firstIndex(of: ";") else { throw Flaw() }
      let name = rest[rest.index(after: start)..<end]
      switch name {
      case "amp": result += "&"
      case "lt": result += "<"
      case "gt": result += ">"
      case "quot": result += "\""
      case "apos": result += "'"
      default:
        let isHex = name.hasPrefix("#x")
        guard name.hasPrefix("#"), let code = UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10),
          let scalar = Unicode.Scalar(code)
        else { throw Flaw() }
        result.unicodeScalars.append(scalar)
      }
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}
