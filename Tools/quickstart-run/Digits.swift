import Foundation
import Streaming

/// The handwritten digits that scikit-learn ships: see Data/ORIGIN.md.
struct Digits {
  /// One digit as an 8×8 image.
  struct Sample {
    let pixels: [UInt8]
    let label: Int
  }

  /// How many bytes `digits.csv` has; a compressed file is never read past what is expected.
  private static let byteCount = 264_712
  private static let sampleCount = 1_797

  let training: [Sample]
  /// Every sixth digit, never trained on.
  let heldOut: [Sample]

  /// Reads `digits.csv.gz`.
  init(path: String) throws {
    let packed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let text = try Codec(parsing: "gz").decompress(packed.span.bytes, expecting: Self.byteCount)
    let samples = try text.split(separator: UInt8(ascii: "\n")).enumerated().map {
      try Self.sample($1, line: $0 + 1)
    }
    guard samples.count == Self.sampleCount else {
      throw QuickstartError("\(path): expected \(Self.sampleCount) digits, found \(samples.count)")
    }
    training = samples.enumerated().filter { $0.offset % 6 != 5 }.map(\.element)
    heldOut = samples.enumerated().filter { $0.offset % 6 == 5 }.map(\.element)
  }

  private static func sample(_ line: ArraySlice<UInt8>, line number: Int) throws -> Sample {
    let values = line.split(separator: UInt8(ascii: ",")).map {
      UInt8(String(decoding: $0, as: UTF8.self)) ?? 255
    }
    guard values.count == 65, values[..<64].allSatisfy({ $0 <= 16 }), values[64] <= 9 else {
      throw QuickstartError("digits.csv line \(number): expected 64 pixels of 0 to 16 and a digit")
    }
    return Sample(pixels: Array(values[..<64]), label: Int(values[64]))
  }
}
