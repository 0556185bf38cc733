import Testing

@testable import SFTPStorage

struct LineTests {
  @Test(
    "lines of OpenSSH and of servers like it are read",
    arguments: [
      ("-rw-r--r--    1 root     root           17 Nov 24 21:00 a b", SFTPLine.Kind.file, 17, "a b"),
      ("-rw-r--r--    1 1000     1000     12345678901 Nov 24  2025  two blanks before", .file, 12_345_678_901, " two blanks before"),
      ("-rw-r--r--+   1 u        g               0 Jan  1 00:00 é -> x", .file, 0, "é -> x"),
      ("drwxr-xr-x    2 root     root         4096 Nov 24 21:21 .", .folder, 4096, "."),
      ("lrwxrwxrwx    1 root     root            4 Nov 24 21:21 l -> ../f -> g", .link, 4, "l"),
      ("prw-r--r--    1 root     root            0 Nov 24 21:21 pipe", .other, 0, "pipe"),
    ])
  func good(_ text: String, _ kind: SFTPLine.Kind, _ byteCount: Int, _ name: String) throws {
    let line = try #require(SFTPLine(Array(text.utf8)[...]))
    #expect(line.kind == kind && line.byteCount == byteCount && line.name == name)
  }

  @Test("a name that is no UTF-8 is left to the caller")
  func strangeName() throws {
    let line = try #require(SFTPLine((Array("-rw-r--r-- 1 u g 5 Nov 24 21:00 ".utf8) + [0xFF])[...]))
    #expect(line.name == nil && line.byteCount == 5)
  }

  @Test("every line that is cut short is refused, as are sizes that are none")
  func bad() {
    let whole = Array("-rw-r--r--    1 root     root           17 Nov 24 21:00 ab".utf8)
    for count in 0..<(whole.count - 2) { #expect(SFTPLine(whole[..<count]) == nil, "\(count)") }
    for size in ["-1", "x", "1e3", "9999999999999999999"] {
      #expect(SFTPLine(Array("-rw-r--r-- 1 root root \(size) Nov 24 21:00 a".utf8)[...]) == nil)
    }
  }
}
