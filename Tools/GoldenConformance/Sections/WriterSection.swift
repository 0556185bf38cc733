import BinaryIO
import DatasetWriting
import DelimitedFormats
import MDSFormat
import ObjectStorage
import PythonJSON
import ShardCompression
import ShardFormats
import ShardHashing

/// `writer/`: data sets that upstream's writers made from the same samples.
package enum WriterSection: ConformanceSection {
  package static let name = "writer"

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    if let checks = goldenCase.json.optionalMember("checks") {
      for check in try checks.elements() {
        let what = try check.member("what").text()
        try await goldenCase.withScratchDirectory { scratch in
          await report.expectError(what) { try await write(check, to: scratch + "/out") }
        }
      }
      return
    }
    try await goldenCase.withScratchDirectory { scratch in
      let out = scratch + "/out"
      try await write(goldenCase.json, to: out)
      try compare(out, goldenCase, &report)
    }
  }

  // MARK: Writing

  private static func write(_ form: JSONValue, to path: String) async throws {
    let options = try writerOptions(form.member("writer"))
    var columns: [String: Encoding] = [:]
    for column in try form.member("columns").elements() {
      let pair = try column.elements().map { try $0.text() }
      columns[pair[0]] = try Encoding(parsing: pair[1])
    }
    let samples = try form.member("samples").elements().map { sample in
      Dictionary(
        try sample.elements().map { pair in
          let parts = try pair.elements()
          return (try parts[0].text(), try GoldenValue.columnValue(parts[1]))
        }, uniquingKeysWith: { _, last in last })
    }
    let configure = { (target: inout WriterOptions) in target = options }
    let stores = ObjectStoreRegistry()
    switch try form.member("format").text() {
    case "mds":
      try await write(samples, MDSWriter(to: path, columns: columns, stores: stores, configure: configure))
    case "csv":
      try await write(samples, CSVWriter(to: path, columns: columns, stores: stores, configure: configure))
    case "tsv":
      try await write(samples, TSVWriter(to: path, columns: columns, stores: stores, configure: configure))
    case "xsv":
      let separator = try form.member("writer").member("separator").text()
      try await write(
        samples,
        XSVWriter(to: path, columns: columns, separator: separator, stores: stores, configure: configure))
    case "json":
      try await write(samples, JSONWriter(to: path, columns: columns, stores: stores, configure: configure))
    case let other: throw GoldenError("case.json: no format `\(other)`")
    }
  }

  private static func write<Format>(
    _ samples: [[String: ColumnValue]], _ writer: consuming ShardWriter<Format>
  ) async throws {
    for sample in samples { try await writer.write(sample) }
    _ = try await writer.finish()
  }

  private static func writerOptions(_ form: JSONValue) throws -> WriterOptions {
    var options = WriterOptions()
    if let name = form.optionalMember("compression") { options.compression = try Codec(parsing: name.text()) }
    if let names = form.optionalMember("hashes") {
      options.hashes = try HashAlgorithm.list(parsing: names.elements().map { try $0.text() })
    }
    switch form.object?["size_limit"] {
    case nil: break
    case .null?: options.sizeLimit = nil
    case .string(let text)?: options.sizeLimit = try ByteCount(parsing: text)
    case let number?: options.sizeLimit = ByteCount(try number.integer())
    }
    if let newline = form.optionalMember("newline") { options.newline = try newline.text() }
    return options
  }

  // MARK: Comparing

  private static func compare(_ out: String, _ goldenCase: GoldenCase, _ report: inout CaseReport) throws {
    let files = try goldenCase.member("files").elements()
    let expected = try files.map { try $0.member("path").text() }.sorted()
    let came = try listDirectory(out).sorted()
    report.expect(expected == came, "expected the files \(expected), came \(came)")
    guard expected == came else { return }
    let codec = try goldenCase.member("writer").optionalMember("compression").map {
      try Codec(parsing: $0.text())
    }
    for file in files {
      let path = try file.member("path").text()
      let bytes = try readFile(out + "/" + path)
      if file.optionalMember("compressed") == true, let codec {
        let raw = try codec.decompress(bytes.span.bytes, expecting: try file.member("raw_bytes").integer())
        let digest = try file.member("raw_sha256").text()
        report.expect(
          GoldenBytes.sha256(raw) == digest, "\(path): expected raw sha256 \(digest), came other bytes")
      } else if file.optionalMember("compare") == "json" {
        let reference = try readFile(goldenCase.path(try goldenCase.member("expected").text() + "/" + path))
        let ignored = Set(try file.member("ignore").elements().map { try $0.text() })
        let (left, right) = (try index(reference, without: ignored), try index(bytes, without: ignored))
        report.expect(left == right, "\(path): expected \(text(left)), came \(text(right))")
      } else {
        let digest = try file.member("sha256").text()
        report.expect(
          GoldenBytes.sha256(bytes) == digest,
          "\(path): expected sha256 \(digest), came \(bytes.count) other bytes")
      }
    }
  }

  /// An index as JSON, with the members `shard.key.member` that are named left out of each shard.
  private static func index(_ bytes: [UInt8], without ignored: Set<String>) throws -> JSONValue {
    let json = try JSONValue(parsing: bytes.span.bytes)
    let shards = try json.member("shards").elements().map { shard -> JSONValue in
      guard let object = shard.object else { return shard }
      return .object(
        JSONObject(
          object.map { key, value in
            guard let members = value.object else { return (key, value) }
            return (
              key,
              .object(JSONObject(members.filter { !ignored.contains("\(key).\($0.key)") }.map { ($0, $1) }))
            )
          }))
    }
    return .object(JSONObject([("shards", .array(shards)), ("version", try json.member("version"))]))
  }

  private static func text(_ json: JSONValue) -> String {
    GoldenBytes.abbreviated(String(decoding: json.encoded(sortingKeys: true), as: UTF8.self))
  }
}
