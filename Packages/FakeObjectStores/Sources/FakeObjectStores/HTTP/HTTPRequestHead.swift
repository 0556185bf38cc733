/// The first lines of a request, checked: what a hostile client sends ends here, with a status.
struct HTTPRequestHead: Sendable, Equatable {
  /// Upper-case letters.
  let method: String
  /// The path as sent, starting with `/`, still percent-encoded.
  let path: String
  /// The query as sent, without `?`; nil when there is none.
  let query: String?
  let isHTTP11: Bool
  /// In the order sent; names in lower case, values without blanks around them.
  let headers: [(name: String, value: String)]

  static let byteLimit = 32 << 10
  static let headerLimit = 128

  /// The status and message that answer a head that is none.
  struct Flaw: Error, Equatable {
    let status: Int
    let message: String
  }

  /// The values of a header, joined as HTTP allows; nil when it was not sent.
  subscript(_ name: String) -> String? {
    var joined: String?
    for header in headers where header.name == name {
      joined = joined.map { $0 + "," + header.value } ?? header.value
    }
    return joined
  }

  /// Reads a head: all bytes up to and including the empty line.
  init(parsing bytes: some Collection<UInt8>) throws(Flaw) {
    let text = Array(bytes)
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for index in text.indices where text[index] == 0x0A {
      var end = index
      if end > start, text[end - 1] == 0x0D { end -= 1 }
      lines.append(text[start..<end])
      start = index + 1
    }
    guard let requestLine = lines.first, lines.last?.isEmpty == true else {
      throw Flaw(status: 400, message: "The request has no end.")
    }
    // Only these bytes may stand in a head; a NUL or a bare CR hides another request from some parsers.
    for line in lines {
      guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        throw Flaw(status: 400, message: "The request holds control characters.")
      }
    }
    let parts = requestLine.split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, parts[0].count <= 16,
      parts[0].allSatisfy({ (0x41...0x5A).contains($0) })
    else { throw Flaw(status: 400, message: "The request line is none.") }
    method = String(decoding: parts[0], as: UTF8.self)
    switch String(decoding: parts[2], as: UTF8.self) {
    case "HTTP/1.1": isHTTP11 = true
    case "HTTP/1.0": isHTTP11 = false
    default: throw Flaw(status: 505, message: "HTTP Version Not Supported")
    }
    guard parts[1].first == 0x2F, parts[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw Flaw(status: 400, message: "The request's target is no path.")
    }
    let target = parts[1].split(separator: 0x3F, maxSplits: 1, omittingEmptySubsequences: false)
    path = String(decoding: target[0], as: UTF8.self)
    query = target.count == 2 ? String(decoding: target[1], as: UTF8.self) : nil
    headers = try Self.headers(lines.dropFirst().dropLast())
  }

  private static func headers(_ lines: ArraySlice<ArraySlice<UInt8>>) throws(Flaw) -> [(
    name: String, value: String
  )] {
    guard lines.count <= headerLimit else { throw Flaw(status: 431, message: "Too many headers.") }
    var headers: [(name: String, value: String)] = []
    for line in lines {
      guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex,
        line[..<colon].allSatisfy(isToken)
      else { throw Flaw(status: 400, message: "A header has no name.") }
      let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
      var value = line[(colon + 1)...].drop(while: isBlank)
      while let last = value.last, isBlank(last) { value = value.dropLast() }
      headers.append(
        (String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self))
      )
    }
    return headers
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  static func == (left: HTTPRequestHead, right: HTTPRequestHead) -> Bool {
    left.method == right.method && left.path == right.path && left.query == right.query
      && left.isHTTP11 == right.isHTTP11
      && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
  }
}

extension HTTPRequestHead {
  /// How many bytes of body follow; nil when the request doesn't tell.
  var contentLength: Int? {
    get throws(Flaw) {
      guard self["transfer-encoding"] == nil else {
        throw Flaw(
          status: 501, message: "A header you provided implies functionality that is not implemented.")
      }
      let values = headers.filter { $0.name == "content-length" }.map(\.value)
      guard let first = values.first else { return nil }
      guard values.allSatisfy({ $0 == first }), (1...18).contains(first.utf8.count),
        first.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(first)
      else { throw Flaw(status: 400, message: "The Content-Length is no number.") }
      return length
    }
  }

  /// Whether the client waits for a word before it sends the body.
  var expectsContinue: Bool { isHTTP11 && self["expect"]?.lowercased() == "100-continue" }

  /// Whether the connection stays open after the answer.
  var keepsAlive: Bool {
    let connection = self["connection"]?.lowercased() ?? ""
    return isHTTP11 ? !connection.contains("close") : connection.contains("keep-alive")
  }
}
