/// Writes the XML that S3 answers with.
struct XMLWriter {
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

  /// An element with text.
  mutating func element(_ name: String, _ content: some StringProtocol) {
    text += "<\(name)>"
    for scalar in content.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      // As S3 writes them, though XML 1.0 knows no such characters: clients ask for `encoding-type=url`.
      case "\u{0}"..."\u{1F}": text += "&#x\(String(scalar.value, radix: 16));"
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "</\(name)>"
  }

  /// An element that holds others.
  mutating func element(_ name: String, attributes: String = "", _ content: (inout XMLWriter) -> Void) {
    text += "<\(name)\(attributes)>"
    content(&self)
    text += "</\(name)>"
  }

  var bytes: [UInt8] { Array(text.utf8) }
}
