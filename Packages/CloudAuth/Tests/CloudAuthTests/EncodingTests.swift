@testable import CloudAuth
import Foundation
import Testing

struct EncodingTests {
  @Test("base64 agrees with Foundation for all short lengths, both ways")
  func base64() {
    var random = SystemRandomNumberGenerator()
    for count in 0..<100 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      let text = Data(bytes).base64EncodedString()
      #expect(Base64.encoded(bytes) == text)
      #expect(Base64.decoded(text) == bytes)
      let url = text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      #expect(Base64.urlEncoded(bytes) == url.replacingOccurrences(of: "=", with: ""))
    }
  }

  @Test("text that is no base64 is refused", arguments: ["a", "ab", "abc", "ab=c", "a===", "====", "ab!=", "YQ=", "YR==", "YQ==\n"])
  func refused(text: String) { #expect(Base64.decoded(text) == nil) }

  // The right sides are those of Python's `shlex.split`.
  @Test(
    "commands are split as Python splits them",
    arguments: [
      ("a b  c", ["a", "b", "c"]), ("", []), ("  \t\n", []), ("''", [""]), ("a '' b", ["a", "", "b"]),
      ("\"a b\" 'c d'", ["a b", "c d"]), ("a\\ b", ["a b"]), ("'a\\b'", ["a\\b"]), ("\"a\\b\"", ["a\\b"]),
      ("\"a\\\"b\\\\\"", ["a\"b\\"]), ("pre\"mid\"post", ["premidpost"]), ("a#b # c", ["a#b", "#", "c"]),
      ("$HOME ~ `x` ; | > &", ["$HOME", "~", "`x`", ";", "|", ">", "&"]), ("é 'ü ö'", ["é", "ü ö"]),
      ("a\\\nb", ["a\nb"]), ("\"\\a\"", ["\\a"]),
    ])
  func words(text: String, expected: [String]) throws { #expect(try ShellWords.split(text) == expected) }

  @Test("commands that end within a quote are refused", arguments: ["'a", "\"a", "a\\", "\"a\\"])
  func openWords(text: String) {
    #expect(throws: ShellWords.Flaw.self) { try ShellWords.split(text) }
  }
}
