import Foundation
import GoldenConformance
import PythonJSON
import TestSupport
import Testing

@Suite("Canonical forms of golden data")
struct CanonicalFormTests {
  /// sha256 of 0, 1, 2 as little-endian int64: `python3 -c "import hashlib,struct;
  /// print(hashlib.sha256(struct.pack('<3q',0,1,2)).hexdigest())"`; also in golden/rng/default_rng-01.
  static let digest = "ab25350e3e65efebe24584461683ecda68725576e825e550038b90e7b1479946"

  /// The difference between a form, as JSON text, and values, in a case whose folder holds `data.i64`.
  private func difference(_ form: String, _ values: [Int64], shape: [Int]) throws -> String? {
    try withTemporaryDirectory { folder in
      try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/case.json"))
      try Data(GoldenArray.littleEndianBytes([9, 0, 1, 2])).write(
        to: URL(fileURLWithPath: folder + "/data.i64"))
      let one = try GoldenCase(section: "s", name: "n", folder: folder)
      return try GoldenArray.difference(try JSONValue(parsing: form), from: values, shape: shape, in: one)
    }
  }

  @Test(
    "an equal array has no difference, by its values, its file or its digest alone",
    arguments: [
      "\"values\": [0, 1, 2]", "\"first\": [0, 1]", "\"file\": \"data.i64\", \"offset\": 8, \"count\": 3",
    ])
  func equal(known: String) throws {
    #expect(
      try difference("{\"shape\": [3], \"sha256\": \"\(Self.digest)\", \(known)}", [0, 1, 2], shape: [3])
        == nil)
  }

  @Test(
    "another array is told by the first position that differs",
    arguments: [
      "\"values\": [0, 1, 2]", "\"file\": \"data.i64\", \"offset\": 8, \"count\": 3",
    ])
  func other(known: String) throws {
    let form = "{\"shape\": [3], \"sha256\": \"\(Self.digest)\", \(known)}"
    #expect(try difference(form, [0, 7, 2], shape: [3]) == "expected 1 at 1 of 3 values, came 7")
  }

  @Test("a difference behind the first values is found by the digest")
  func digestCounts() throws {
    let form = "{\"shape\": [3], \"sha256\": \"\(Self.digest)\", \"first\": [0, 1]}"
    let difference = try #require(try difference(form, [0, 1, 3], shape: [3]))
    #expect(difference.contains("though the first 2 values are equal"))
  }

  @Test("another shape is a difference though the values are equal")
  func shapeCounts() throws {
    let form = "{\"shape\": [3], \"sha256\": \"\(Self.digest)\", \"values\": [0, 1, 2]}"
    #expect(try difference(form, [0, 1, 2], shape: [3, 1]) == "expected shape [3], came [3, 1]")
  }

  @Test("bytes compare by their digits or by digest and length")
  func bytes() throws {
    let short = try JSONValue(parsing: "{\"hex\": \"00ff10\"}")
    #expect(try GoldenBytes.complete(short) == [0, 255, 16])
    #expect(try GoldenBytes.difference(short, from: [0, 255, 16]) == nil)
    #expect(try GoldenBytes.difference(short, from: [0, 255, 17]) == "expected bytes 00ff10, came 00ff11")
    // The digest of "abc" from FIPS 180-2.
    let long = try JSONValue(
      parsing:
        "{\"sha256\": \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\", \"len\": 3}")
    #expect(try GoldenBytes.difference(long, from: Array("abc".utf8)) == nil)
    #expect(try GoldenBytes.difference(long, from: Array("abd".utf8)) != nil)
    #expect(try GoldenBytes.difference(long, from: Array("ab".utf8)) == "expected 3 bytes, came 2")
  }

  @Test("floats compare bit by bit: -0.0 is not 0.0")
  func floats() throws {
    let bits = try JSONValue(parsing: "[\"8000000000000000\", \"3ff8000000000000\"]")
    #expect(try GoldenFloat.difference(bits, from: [-0.0, 1.5]) == nil)
    #expect(try GoldenFloat.difference(bits, from: [0.0, 1.5]) != nil)
    #expect(GoldenFloat.digits(Float16(1).bitPattern) == "3c00")
  }

  @Test("integers of any size come as digits, from a number or a text")
  func integers() throws {
    #expect(try JSONValue(parsing: "18446744073709551615").integer(UInt64.self) == .max)
    #expect(try JSONValue(parsing: "\"18446744073709551615\"").integer(UInt64.self) == .max)
    #expect(try JSONValue(parsing: "\"340282366920938463463374607431768211455\"").decimal().count == 39)
    #expect(throws: GoldenError.self) { try JSONValue(parsing: "1.5").integer(Int.self) }
    #expect(throws: GoldenError.self) { try JSONValue(parsing: "300").integer(UInt8.self) }
  }
}
