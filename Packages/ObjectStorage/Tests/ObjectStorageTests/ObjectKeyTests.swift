import ObjectStorage
import Testing

struct ObjectKeyTests {
  @Test(
    "accepts what every service keeps as it is",
    arguments: [
      "index.json", "a/b", "a b+c%2F.bin", "é/ü", "..a/b..", "a//b", "folder/", "/x", "a\\b", "?x=1#y",
    ])
  func accepts(text: String) throws { #expect(try ObjectKey(parsing: text).text == text) }

  @Test(
    "refuses what something on the way would read as another name",
    arguments: [
      "", ".", "..", "a/../b", "../\u{301}x", "a/..", "./a", "a/.", "a\u{0}b", "a\nb", "a\u{7F}",
      String(repeating: "é", count: 513),
    ])
  func refuses(text: String) {
    let error = #expect(throws: ObjectStoreError.self) { try ObjectKey(parsing: text) }
    #expect(error?.code == .unusableKey)
    #expect(error?.retry == .never)
  }

  @Test("compares by bytes, not by canonical equivalence")
  func bytes() throws {
    let composed = try ObjectKey(parsing: "\u{E9}")
    let decomposed = try ObjectKey(parsing: "e\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(decomposed < composed)
  }

  @Test("joins with one slash")
  func joins() throws {
    #expect(try ObjectKey("a").appending("b").text == "a/b")
    #expect(try ObjectKey("a/").appending("b").text == "a/b")
    #expect(throws: ObjectStoreError.self) { try ObjectKey("a").appending("..") }
    #expect(ObjectKey("a/b").lastComponent == "b")
    #expect(ObjectKey("b").lastComponent == "b")
  }
}
