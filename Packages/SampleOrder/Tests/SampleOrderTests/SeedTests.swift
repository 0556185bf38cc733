import Testing

@testable import SampleOrder

@Suite struct SeedTests {
  @Test(
    "decimal digits of any length come back",
    arguments: ["0", "1", "9176", "4294967295", "4294967296", "18446744073709551615", "18446744073709551616",
                "340282366920938463463374607431768211456", "1000000000000000000000000000000000"])
  func digits(text: String) throws {
    #expect(try ShuffleSeed(parsing: text).description == text)
  }

  @Test("an epoch is added with carries")
  func adds() throws {
    #expect(try ShuffleSeed(parsing: "4294967295").adding(1) == ShuffleSeed(UInt64(1) << 32))
    #expect(try ShuffleSeed(parsing: "18446744073709551615").adding(2).description == "18446744073709551617")
    #expect(ShuffleSeed(UInt64(5)).adding(1 << 40).int == 5 + 1 << 40)
  }

  @Test("what is no non-negative integer is refused", arguments: ["", "-1", "1.5", "x", " 1"])
  func refuses(text: String) {
    #expect(throws: ConfigurationError.self) { try ShuffleSeed(parsing: text) }
  }

  @Test("negative integers are refused")
  func negative() { #expect(throws: ConfigurationError.self) { try ShuffleSeed(Int("-1") ?? 0) } }
}
