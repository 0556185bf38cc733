import Foundation
import PythonJSON
import TestSupport
import Testing

@Suite struct JSONParserTests {
  @Test(
    "gives what json.loads gives",
    arguments: [
      // Each right side was checked with CPython 3.11: python3 -c 'import json; print(json.loads(…))'
      ("null", .null), (" \t\r\n true ", true), ("[]", []), ("{}", [:]), ("[[], {}]", [[], [:]]),
      ("-0", 0), ("-0.0", .number(-0.0)), ("1e2", .number(100)), ("12.5E-1", 1.25),
      ("1e999", .number(.infinity)),
      ("-Infinity", .number(-.infinity)), ("Infinity", .number(.infinity)), ("1e-999", .number(0)),
      ("123456789012345678901234567890", .integer(JSONInteger(decimal: "123456789012345678901234567890")!)),
      ("9223372036854775807", .integer(JSONInteger(Int64.max))),
      ("-9223372036854775808", .integer(JSONInteger(Int64.min))),
      ("18446744073709551615", .integer(JSONInteger(UInt64.max))),
      (#""\u00e9\ud83d\ude80\n\/\"\\\b\f\r\t""#, .string("é🚀\n/\"\\\u{8}\u{C}\r\t")),
      ("\"caf\u{e9} plain\"", "caf\u{e9} plain"), ("\"\u{7f}\"", "\u{7f}"),
      (#"{"a": 1, "b": [true, null], "a": 2}"#, ["a": 2, "b": [true, nil]]),
    ] as [(String, JSONValue)])
  func parses(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test("accepts NaN")
  func nan() throws { #expect(try JSONValue(parsing: "NaN").double?.isNaN == true) }

  @Test(
    "names the offset of what json.loads refuses",
    arguments: [
      ("", .truncated, 0), ("  ", .truncated, 2), ("[1,", .truncated, 3), ("{\"a\"", .truncated, 4),
      ("{\"a\":", .truncated, 5), ("\"abc", .truncated, 4), ("\"ab\\", .truncated, 4),
      ("\"\\u12", .truncated, 5),
      ("[1 2]", .unexpectedByte, 3), ("[1,]", .unexpectedByte, 3), ("{,}", .unexpectedByte, 1),
      ("{\"a\" 1}", .unexpectedByte, 5), ("{\"a\":1,}", .unexpectedByte, 7), ("{1:2}", .unexpectedByte, 1),
      ("tru", .truncated, 3), ("nul1", .unexpectedByte, 3), ("-", .truncated, 1), ("+1", .unexpectedByte, 0),
      (".5", .unexpectedByte, 0), ("01", .trailingData, 1), ("1.", .trailingData, 1),
      ("1e", .trailingData, 1),
      ("1 x", .trailingData, 2), ("[]]", .trailingData, 2), ("\"a\nb\"", .controlCharacter, 2),
      ("\"\\x\"", .badEscape, 2), ("\"\\u12G4\"", .badEscape, 5), ("\"\\ud800\"", .loneSurrogate, 1),
      ("\"\\udc00\"", .loneSurrogate, 1), ("\"x\\ud800\\u0041\"", .loneSurrogate, 2),
      ("\u{FEFF}1", .unexpectedByte, 0), ("nan", .unexpectedByte, 1),
    ] as [(String, JSONError.Code, Int)])
  func refuses(text: String, code: JSONError.Code, byteOffset: Int) {
    #expect {
      try JSONValue(parsing: text)
    } throws: { error in
      guard let error = error as? JSONError else { return false }
      return error.code == code && error.byteOffset == byteOffset
    }
  }

  @Test(
    "refuses bytes that are not UTF-8",
    arguments: [
      [0x22, 0x61, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xE6, 0x97, 0x22],
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    #expect {
      try JSONValue(parsing: bytes.span.bytes)
    } throws: { ($0 as? JSONError)?.code == .invalidUTF8 }
  }

  @Test("bounds nesting and digits without using the stack")
  func limits() throws {
    let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
    _ = try JSONValue(parsing: deep)
    #expect { try JSONValue(parsing: "[" + deep + "]") } throws: { ($0 as? JSONError)?.code == .tooDeep }
    #expect {
      try JSONValue(parsing: String(repeating: "{\"a\":", count: 1_000_000))
    } throws: { ($0 as? JSONError)?.code == .tooDeep }
    _ = try JSONValue(parsing: String(repeating: "7", count: 4300))
    #expect {
      try JSONValue(parsing: String(repeating: "7", count: 4301))
    } throws: { ($0 as? JSONError)?.code == .tooManyDigits }
  }

  @Test("keeps order, looks up by code point, and takes the last of equal names, at every size")
  func objects() throws {
    for count in [0, 1, 2, 15, 16, 17, 200] {
      let names = (0..<count).map { "k\($0 * 7919 % 1009)" }
      var object = JSONObject()
      for (index, name) in names.enumerated() { object[name] = JSONValue(integerLiteral: index) }
      let text = "{" + names.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ") + "}"
      let parsed = try #require(try JSONValue(parsing: text).object)
      #expect(parsed == object)
      #expect(parsed.keys == names)
      for (index, name) in names.enumerated() { #expect(parsed[name]?.int == index) }
      #expect(parsed["absent"] == nil)
      if count > 1 {
        let twice = try JSONValue(parsing: text.dropLast() + ", \"\(names[0])\": \"last\"}").object
        #expect(twice?.keys == names)
        #expect(twice?[names[0]] == "last")
      }
    }
    let accents = try #require(try JSONValue(parsing: "{\"\u{e9}\": 1, \"e\u{301}\": 2}").object)
    #expect(accents.count == 2)
    #expect(accents["e\u{301}"] == 2)
    #expect(accents["\u{e9}"] == 1)
  }

  @Test("never traps on a damaged text", arguments: 0..<8)
  func mutations(seed: Int) {
    let text =
      #"{"shards": [{"a": [1, -2.5e10, "é\u00e9\ud83d\ude80"], "b": null}, NaN, true], "version": 2} "#
    let bytes = Array(text.utf8)
    for length in 0..<bytes.count { _ = try? JSONValue(parsing: Array(bytes[..<length]).span.bytes) }
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    for index in bytes.indices {
      for value in UInt8.min...UInt8.max {
        var mutant = bytes
        mutant[index] = value
        if seed > 0 {  // a second, random damage
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          mutant[Int(state >> 33) % mutant.count] = UInt8(truncatingIfNeeded: state >> 20)
        }
        guard let value = try? JSONValue(parsing: mutant.span.bytes) else { continue }
        // What was accepted encodes to a text that parses to the same encoding.
        let encoded = value.encoded(sortingKeys: false)
        let again = try? JSONValue(parsing: encoded.span.bytes)
        #expect(again?.encoded(sortingKeys: false) == encoded)
      }
    }
  }

  @Test(
    "reads every golden case as Foundation does", .enabled(if: Golden.path != nil, "needs the golden data"))
  func golden() throws {
    let root = try #require(Golden.path) + "/formats"
    for name in try FileManager.default.contentsOfDirectory(atPath: root).sorted().prefix(40) {
      let data = try Data(contentsOf: URL(fileURLWithPath: root + "/" + name + "/case.json"))
      let value = try JSONValue(parsing: Array(data).span.bytes)
      let ours = Data(value.encoded(sortingKeys: true))
      #expect(try sorted(data) == sorted(ours), "\(name)")
    }
  }

  private func sorted(_ json: Data) throws -> Data {
    try JSONSerialization.data(withJSONObject: JSONSerialization.jsonObject(with: json), options: .sortedKeys)
  }
}
