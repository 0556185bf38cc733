import BinaryIO
import Foundation
import MDSFormat
import PythonJSON
import ShardFormats
import TestSupport
import Testing

@Suite struct SampleDecodingTests {
  struct Inner: Decodable, Equatable {
    var a: [Int]
    var b: String?
    var c: Bool
  }

  struct Row: Decodable, Equatable {
    var label: UInt8
    var score: Float
    var text: String
    var image: [UInt8]
    var tokens: [UInt16]
    var weights: [Double]
    var meta: Inner
    var missing: String?
  }

  func withSample<R>(
    _ values: [String: ColumnValue], _ columns: [String: ShardFormats.Encoding],
    _ body: (borrowing Sample) throws -> R
  ) throws -> R {
    var builder = MDSShardBuilder(format: try MDS(columns: columns))
    _ = try builder.add(values)
    let files = try #require(try builder.finish())
    return try withTemporaryDirectory { directory in
      let data = files.data
      try FileSystem.write(data.span.bytes, to: directory + "/s")
      let info = builder.format.info(sampleCount: 1, rawData: FileInfo(basename: "s", byteCount: data.count))
      let shard = try MDSShard(MappedFile(path: directory + "/s"), info: info)
      let sample = try shard.sample(at: 0)
      return try body(sample)
    }
  }

  @Test("fills a struct's properties from the columns of their names")
  func decodes() throws {
    let row = try withSample(
      [
        "label": 200, "score": 0.5, "text": "h\u{e9}", "image": .bytes([1, 2, 255]),
        "tokens": .ndarray(try NDArray([7, 65535] as [UInt16])),
        "weights": .ndarray(try NDArray([1.5, -2] as [Float], shape: [2, 1])),
        "meta": .json(["a": [1, 2], "b": nil, "c": true]),
      ],
      [
        "label": .uint8, "score": .float32, "text": .str, "image": .bytes, "tokens": .ndarray(.dynamic),
        "weights": .ndarray(.dynamic), "meta": .json,
      ]
    ) { sample in try sample.decoded(as: Row.self) }
    #expect(
      row
        == Row(
          label: 200, score: 0.5, text: "h\u{e9}", image: [1, 2, 255], tokens: [7, 65535],
          weights: [1.5, -2],
          meta: Inner(a: [1, 2], b: nil, c: true), missing: nil))
  }

  @Test("names the property that does not match")
  func mismatches() throws {
    struct Small: Decodable { var n: Int8 }
    struct Text: Decodable { var n: String }
    struct Other: Decodable { var m: Int }
    try withSample(["n": 300], ["n": .int]) { sample in
      func path(_ body: () throws -> Void) -> [String]? {
        do {
          try body()
          return nil
        } catch DecodingError.dataCorrupted(let context) {
          return context.codingPath.map(\.stringValue)
        } catch DecodingError.typeMismatch(_, let context) {
          return context.codingPath.map(\.stringValue)
        } catch DecodingError.keyNotFound(let key, _) {
          return [key.stringValue]
        } catch {
          return ["\(error)"]
        }
      }
      let small = path { _ = try sample.decoded(as: Small.self) }
      let text = path { _ = try sample.decoded(as: Text.self) }
      let other = path { _ = try sample.decoded(as: Other.self) }
      #expect(small == ["n"])
      #expect(text == ["n"])
      #expect(other == ["m"])
    }
  }
}
