import BinaryIO
import Testing

@Suite struct ByteCountTests {
  // From upstream's streaming.base.util.bytes_to_int.
  @Test(
    "reads sizes as upstream does",
    arguments: [
      ("1.5gb", 1_610_612_736), ("0.1kb", 102), ("1e3kb", 1_024_000), ("64MB", 67_108_864), (" 7 kb ", 7168),
      ("100b", 100), ("100", 100), ("-1kb", -1024), ("1tb", 1_099_511_627_776),
    ])
  func reads(text: String, value: Int) throws { #expect(try ByteCount(parsing: text).value == value) }

  @Test("refuses what is no size", arguments: ["10k", "", "kb", "-5", "1.5", "1.5b", "x7mb", "9999yb", "nankb", "infkb", "0x10kb"])
  func refuses(text: String) { #expect(throws: ByteCountError.self) { try ByteCount(parsing: text) } }
}
