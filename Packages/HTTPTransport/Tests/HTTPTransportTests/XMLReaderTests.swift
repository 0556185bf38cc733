import Foundation
import Testing

import HTTPTransport

struct XMLReaderTests {
  func events(_ text: String) throws(XMLFlaw) -> [XMLReader.Event] {
    var reader = XMLReader(Array(text.utf8))
    var events: [XMLReader.Event] = []
    while let event = try reader.next() { events.append(event) }
    return events
  }

  @Test("elements, texts, references, empty elements, prefixes, comments and CDATA")
  func reads() throws {
    #expect(
      try events(
        "<?xml?><s:a x='>' y=\"/>\">1&lt;&#65;&#x42;&amp;<b/><!-- <c> --><![CDATA[<d>&amp;]]></s:a >")
        == [.start("a"), .text("1<AB&"), .start("b"), .end("b"), .text("<d>&amp;"), .end("a")])
  }

  @Test(
    "refuses what is not well-formed, or more than a service sends",
    arguments: [
      "<a>", "<a></b>", "</a>", "<a", "<a x='", "<>", "<a>&lol;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>",
      "<a>&amp</a>",
      "<a>&#+65;</a>", "<!DOCTYPE a><a/>", "<a><![CDATA[x</a>", "<!-- x", "<?x", "<a/ ",
      "<" + String(repeating: "n", count: 300) + "/>",
      String(repeating: "<a>", count: 40),
    ])
  func refuses(text: String) { #expect(throws: XMLFlaw.self) { try events(text) } }

  @Test("a document has one root and no text beside it", arguments: ["<a/><b/>", "x<a/>", "<a/>x", ""])
  func roots(text: String) {
    #expect(throws: XMLFlaw.self) { try XMLReader.visit(Array(text.utf8)) { _, _ in } }
  }

  @Test("any bytes end in events or a flaw, never in a trap")
  func hostile() {
    let seed = Array("<a x='1'>&amp;<b>t</b><!-- c --><![CDATA[d]]></a>".utf8)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var bytes = seed
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: bytes.remove(at: place)
        default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: place)
        }
        if bytes.isEmpty { bytes = [0x3C] }
      }
      _ = try? XMLReader.visit(bytes) { _, _ in }
      _ = try? XMLReader.visit(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))) {
        _, _ in
      }
    }
  }
}
