/// Why bytes are no XML that a storage service may send.
package struct XMLFlaw: Error, Sendable, Hashable {
  package let byteOffset: Int
  package let reason: String
}

/// Reads elements and texts one after the other out of untrusted bytes, with no memory but the current one.
///
/// Entities are the five of XML and character references: there is no document type, so nothing to expand.
/// Comments, processing instructions and attributes are passed over; prefixes of names are cut.
package struct XMLReader {
  package enum Event: Sendable, Hashable {
    case start(String)
    case text(String)
    case end(String)
  }

  private let bytes: [UInt8]
  private var position = 0
  private var open: [String] = []
  private var pendingEnd: String?

  /// The deepest nesting accepted; answers of storage services have about five levels.
  static let depthLimit = 32

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next event; nil after the last.
  package mutating func next() throws(XMLFlaw) -> Event? {
    if let name = pendingEnd {
      pendingEnd = nil
      return .end(name)
    }
    while position < bytes.count {
      guard bytes[position] == 0x3C else { return .text(try text()) }
      if starts(with: "<!--") {
        try skip(past: "-->")
      } else if starts(with: "<![CDATA[") {
        let start = position + 9
        try skip(past: "]]>")
        return .text(String(decoding: bytes[start..<(position - 3)], as: UTF8.self))
      } else if starts(with: "<?") {
        try skip(past: "?>")
      } else if starts(with: "<!") {
        throw flaw("a document type")
      } else if starts(with: "</") {
        return .end(try endTag())
      } else {
        return .start(try startTag())
      }
    }
    guard open.isEmpty else { throw flaw("the end inside `\(open[open.count - 1])`") }
    return nil
  }

  private mutating func startTag() throws(XMLFlaw) -> String {
    position += 1
    let name = try self.name()
    guard open.count < Self.depthLimit else { throw flaw("more than \(Self.depthLimit) levels") }
    // Attributes: a `>` inside quotes does not end the tag.
    var quote: UInt8?
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
      } else if byte == 0x3E {
        if bytes[position - 2] == 0x2F { pendingEnd = name } else { open.append(name) }
        return name
      }
    }
    throw flaw("the end inside a tag")
  }

  private mutating func endTag() throws(XMLFlaw) -> String {
    position += 2
    let name = try self.name()
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    guard position < bytes.count, bytes[position] == 0x3E else { throw flaw("an unfinished end tag") }
    position += 1
    guard open.popLast() == name else { throw flaw("the end of `\(name.prefix(40))`, which is not open") }
    return name
  }

  private mutating func name() throws(XMLFlaw) -> String {
    let start = position
    while position < bytes.count, isName(bytes[position]) { position += 1 }
    guard position > start, position - start <= 256 else { throw flaw("no usable name") }
    let full = bytes[start..<position]
    return String(decoding: full.lastIndex(of: 0x3A).map { full[($0 + 1)...] } ?? full, as: UTF8.self)
  }

  private mutating func text() throws(XMLFlaw) -> String {
    var out: [UInt8] = []
    while position < bytes.count, bytes[position] != 0x3C {
      if bytes[position] == 0x26 {
        out += try reference()
      } else {
        out.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private mutating func reference() throws(XMLFlaw) -> [UInt8] {
    guard let end = bytes[position...].prefix(12).firstIndex(of: 0x3B) else {
      throw flaw("an unfinished reference")
    }
    let name = bytes[(position + 1)..<end]
    let decoded: [UInt8]? =
      switch String(decoding: name, as: UTF8.self) {
      case "amp": [0x26]
      case "lt": [0x3C]
      case "gt": [0x3E]
      case "quot": [0x22]
      case "apos": [0x27]
      default: name.first == 0x23 ? Self.character(name.dropFirst()) : nil
      }
    guard let decoded else { throw flaw("an unknown reference") }
    position = end + 1
    return decoded
  }

  private static func character(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
    let isHexadecimal = digits.first == 0x78
    let text = String(decoding: isHexadecimal ? digits.dropFirst() : digits, as: UTF8.self)
    guard !text.hasPrefix("+"), let value = UInt32(text, radix: isHexadecimal ? 16 : 10),
      let scalar = Unicode.Scalar(value), value != 0
    else { return nil }
    return Array(String(Character(scalar)).utf8)
  }

  private func starts(with mark: String) -> Bool { bytes[position...].starts(with: mark.utf8) }

  private mutating func skip(past mark: String) throws(XMLFlaw) {
    guard let range = bytes[position...].firstRange(of: Array(mark.utf8)) else {
      throw flaw("the end before `\(mark)`")
    }
    position = range.upperBound
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  private func isName(_ byte: UInt8) -> Bool {
    !isBlank(byte) && byte != 0x3E && byte != 0x2F && byte != 0x3C && byte != 0x3D && byte != 0x26
      && byte != 0x22
  }

  private func flaw(_ reason: String) -> XMLFlaw { XMLFlaw(byteOffset: position, reason: reason) }
}

extension XMLReader {
  /// Calls `body` at the end of each element below the root, with the names down to it and its own text.
  /// - Returns: the root's name.
  /// - Throws: ``XMLFlaw`` also when there is no root, or text or elements beside it.
  package static func visit(
    _ bytes: [UInt8], _ body: (_ path: [String], _ text: String) -> Void
  ) throws(XMLFlaw) -> String {
    var reader = XMLReader(bytes)
    var root: String?
    var path: [String] = []
    var texts: [String] = []
    while let event = try reader.next() {
      switch event {
      case .start(let name):
        if path.isEmpty, texts.isEmpty {
          guard root == nil else { throw XMLFlaw(byteOffset: reader.position, reason: "a second root") }
          root = name
        } else {
          path.append(name)
        }
        texts.append("")
      case .text(let text):
        if let last = texts.indices.last {
          texts[last] += text
        } else if !text.allSatisfy(\.isWhitespace) && text != "\u{FEFF}" {
          throw XMLFlaw(byteOffset: reader.position, reason: "text outside the root")
        }
      case .end:
        let text = texts.popLast() ?? ""
        if !path.isEmpty {
          body(path, text)
          path.removeLast()
        }
      }
    }
    guard let root else { throw XMLFlaw(byteOffset: 0, reason: "no element") }
    return root
  }
}
