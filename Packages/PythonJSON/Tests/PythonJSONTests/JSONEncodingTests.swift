import PythonJSON
import Testing

@Suite struct JSONEncodingTests {
  func text(_ value: JSONValue, sortingKeys: Bool = false) -> String {
    String(decoding: value.encoded(sortingKeys: sortingKeys), as: UTF8.self)
  }

  @Test(
    "writes json.dumps bytes",
    arguments: [
      // CPython 3.11: python3 -c 'import json; print(json.dumps(…))'
      (.null, "null"), (true, "true"), (false, "false"), (-17, "-17"), (1.0, "1.0"), (.number(1e22), "1e+22"),
      (.number(1e-7), "1e-07"), (.number(-0.0), "-0.0"), (.number(.nan), "NaN"),
      (.number(.infinity), "Infinity"),
      (.number(-.infinity), "-Infinity"), ([], "[]"), ([:], "{}"), ([1, "a", nil], #"[1, "a", null]"#),
      (["b": 1, "a": [:]], #"{"b": 1, "a": {}}"#), ("plain / text", #""plain / text""#),
      (.string("\"\\\n\r\t\u{8}\u{C}"), #""\"\\\n\r\t\b\f""#),
      (.string("\u{0}\u{1f}\u{7f}"), #""\u0000\u001f\u007f""#),
      ("é日🚀", #""\u00e9\u65e5\ud83d\ude80""#), ("say \"x\" é", #""say \"x\" \u00e9""#),
    ] as [(JSONValue, String)])
  func writes(value: JSONValue, expected: String) {
    #expect(text(value) == expected)
  }

  @Test("sorts names by code point, not by UTF-16 or Swift's order")
  func sorting() {
    // python3 -c 'import json; print(json.dumps({…}, sort_keys=True))'
    let value: JSONValue = ["\u{FF5E}": 1, "🚀": 2, "a": 3, "B": 4, "é": ["z": 0, "y": 1], "e\u{301}": 5]
    #expect(
      text(value, sortingKeys: true)
        == #"{"B": 4, "a": 3, "e\u0301": 5, "\u00e9": {"y": 1, "z": 0}, "\uff5e": 1, "\ud83d\ude80": 2}"#)
  }

  @Test("keeps integers of any size")
  func integers() throws {
    let digits = "-170141183460469231731687303715884105728170141183460469231731687303715884105728"
    let value = try JSONValue(parsing: digits)
    #expect(text(value) == digits)
    guard case .integer(let integer) = value else { return #expect(Bool(false), "an integer") }
    #expect(integer.isNegative)
    #expect(Int(exactly: integer) == nil)
    #expect(Double(integer) == -1.7014118346046923e77)
    #expect(UInt64(exactly: JSONInteger(UInt64.max)) == .max)
    #expect(UInt8(exactly: JSONInteger(256)) == nil)
    #expect(JSONInteger(decimal: "-000") == 0)
    #expect(JSONInteger(decimal: "0012") == 12)
    #expect(JSONInteger(decimal: "1_2") == nil)
    #expect(JSONInteger(decimal: "-") == nil)
  }

  @Test("is equal whatever the order of members, and never across kinds")
  func equality() {
    let left: JSONValue = ["a": 1, "b": 2]
    let right: JSONValue = ["b": 2, "a": 1]
    #expect(left == right)
    #expect(left.hashValue == right.hashValue)
    #expect(JSONValue.integer(1) != .number(1))
    #expect(JSONValue.bool(true) != .integer(1))
    #expect(JSONValue.string("\u{e9}") != .string("e\u{301}"))
    #expect(left != ["a": 1])
  }

  @Test("reads and writes as the README says")
  func readme() throws {
    // snippet: python-json
    let index = try JSONValue(parsing: #"{"version": 2, "shards": [{"samples": 7}]}"#)
    let samples = index["shards"]?[0]?["samples"]?.int
    let text = String(decoding: index.encoded(sortingKeys: true), as: UTF8.self)
    // text is {"shards": [{"samples": 7}], "version": 2}
    // end snippet
    #expect(samples == 7)
    #expect(text == #"{"shards": [{"samples": 7}], "version": 2}"#)
  }
}
