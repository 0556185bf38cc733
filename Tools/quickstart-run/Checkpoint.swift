import Foundation
import PythonJSON
import Streaming

/// What training needs to go on: where the loader stood and the weights.
struct Checkpoint {
  let loader: CheckpointState
  let weights: [Float]

  /// Reads a checkpoint; nil when there is none.
  static func read(_ path: String) throws -> Checkpoint? {
    guard try FileSystem.status(of: path) != nil else { return nil }
    let text = try FileSystem.readAll(path)
    let json = try JSONValue(parsing: text.span.bytes)
    guard let loader = json["loader"], let bits = json["weights"]?.string else {
      throw QuickstartError("\(path): expected the members `loader` and `weights`")
    }
    return Checkpoint(loader: try CheckpointState(json: loader), weights: try weights(ofBits: bits))
  }

  /// Writes it beside `path` and renames it there: a process that is killed leaves the old one or the new one.
  func write(to path: String) throws {
    let json = JSONValue.object(
      JSONObject([("loader", loader.json), ("weights", .string(Self.bits(of: weights)))]))
    let text = json.encoded(sortingKeys: false)
    try FileSystem.write(text.span.bytes, to: path)
  }

  /// The weights' bit patterns, eight hexadecimal digits each.
  static func bits(of weights: [Float]) -> String {
    weights.map { weight in
      let digits = String(weight.bitPattern, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private static func weights(ofBits text: String) throws -> [Float] {
    let digits = Array(text.utf8)
    return try stride(from: 0, to: digits.count, by: 8).map { start in
      let word = String(decoding: digits[start..<min(start + 8, digits.count)], as: UTF8.self)
      guard word.utf8.count == 8, let bits = UInt32(word, radix: 16) else {
        throw QuickstartError("a checkpoint's weights: expected eight hexadecimal digits each")
      }
      return Float(bitPattern: bits)
    }
  }
}
