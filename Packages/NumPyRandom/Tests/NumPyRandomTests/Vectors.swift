import Foundation
import NumPyRandom

/// What numpy 2.1.3 answered; written by `python3 Packages/NumPyRandom/Tests/make_vectors.py`, which tells
/// the form.
struct VectorCase: Decodable, CustomStringConvertible {
  struct Op: Decodable {
    let name: String
    let arguments: [String]
    let answer: String

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      name = try list.decode(String.self)
      arguments = try list.decode([String].self)
      answer = try list.decode(String.self)
    }
  }
  let bits: String
  let seed: String
  let ops: [Op]

  var description: String { "\(bits)(\(seed))" }

  /// The cases of one file, those of one generator if named.
  static func read(_ name: String, bits: String? = nil) throws -> [VectorCase] {
    try readVectors(name, [VectorCase].self).filter { bits == nil || $0.bits == bits }
  }
}

/// Reads one file of `Packages/NumPyRandom/Tests/Vectors`.
func readVectors<Vector: Decodable>(_ name: String, _: Vector.Type) throws -> Vector {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return try JSONDecoder().decode(
    Vector.self, from: Data(contentsOf: folder.appendingPathComponent("Vectors/\(name).json")))
}

/// The answer in the vectors' form: count, first three values, digest.
func answer(_ words: [UInt64]) -> String {
  var digest: UInt64 = 0xcbf2_9ce4_8422_2325
  for word in words { digest = (digest ^ word) &* 0x100_0000_01b3 }
  let first = words.prefix(3).map { String($0, radix: 16) }.joined(separator: ",")
  return "\(words.count):\(first):\(String(digest, radix: 16))"
}

func answer(_ values: [some FixedWidthInteger]) -> String {
  answer(values.map { UInt64(truncatingIfNeeded: $0) })
}
func answer(_ values: [Bool]) -> String { answer(values.map { $0 ? 1 as UInt64 : 0 }) }
func answer(_ values: [Double]) -> String { answer(values.map(\.bitPattern)) }
func answer(_ values: [Float]) -> String { answer(values.map { UInt64($0.bitPattern) }) }

/// A float from its 16 hexadecimal digits.
func float(_ digits: String) -> Double { Double(bitPattern: UInt64(digits, radix: 16) ?? .max) }
