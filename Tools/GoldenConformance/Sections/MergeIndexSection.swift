import DatasetWriting
import ObjectStorage
import PythonJSON
import ShardFormats

/// `merge_index/`: indexes that upstream merged.
package enum MergeIndexSection: ConformanceSection {
  package static let name = "merge_index"

  package static func check(_ goldenCase: GoldenCase, _ report: inout CaseReport) async throws {
    let root = try goldenCase.member("root").text()
    try await goldenCase.withCopy(of: root) { copy in
      let parts = try goldenCase.member("parts").elements().map {
        DatasetAddress(copy + "/" + (try $0.text()))
      }
      let stores = ObjectStoreRegistry()
      let index: DatasetIndex
      switch try goldenCase.member("mode").text() {
      case "list": index = try await mergeIndex(parts, into: DatasetAddress(copy), stores: stores)
      case "root": index = try await mergeIndex(under: DatasetAddress(copy), stores: stores)
      case let other: throw GoldenError("case.json: no mode `\(other)`")
      }
      let came = try readFile(copy + "/index.json")
      let expected = try readFile(
        goldenCase.path(try goldenCase.member("expected_index").member("file").text()))
      if expected == came {
        report.expect(true, "")
      } else if goldenCase.json.optionalMember("readable")?.isError == true {
        // Upstream cannot read its own result here, since it forgets all but the last folder.
        try compare(came, toUpstream: expected, in: copy, &report)
      } else {
        report.expect(false, "expected \(expected.count) bytes of index, came \(came.count) others")
      }
      let names = index.shards.map(\.rawData.basename)
      report.expect(Set(names).count == names.count, "expected a name once, came \(names)")
      await checkRefusal(parts, copy, &report)
    }
  }

  /// Each name must lead to its file, and without the folders the index must be upstream's.
  private static func compare(
    _ came: [UInt8], toUpstream expected: [UInt8], in root: String, _ report: inout CaseReport
  ) throws {
    let index = try DatasetIndex(parsing: came.span.bytes, file: "index.json")
    for shard in index.shards {
      for (raw, zip) in shard.files {
        let file = zip ?? raw
        let byteCount = (try? readFile(root + "/" + file.basename))?.count
        report.expect(
          byteCount == file.byteCount,
          "\(file.basename): expected \(file.byteCount) bytes, came \(byteCount ?? -1)")
      }
    }
    let (left, right) = (try withoutFolders(expected), try withoutFolders(came))
    report.expect(left == right, "expected upstream's index but for folders, came another")
  }

  private static func withoutFolders(_ bytes: [UInt8]) throws -> JSONValue {
    func plain(_ json: JSONValue) -> JSONValue {
      switch json {
      case .array(let elements): return .array(elements.map(plain))
      case .object(let object):
        return .object(
          JSONObject(
            object.map { key, value in
              guard key == "basename", let name = value.string else { return (key, plain(value)) }
              return (key, .string(name.split(separator: "/").last.map(String.init) ?? ""))
            }))
      default: return json
      }
    }
    return plain(try JSONValue(parsing: bytes.span.bytes))
  }

  /// Merging again is refused, as upstream does.
  private static func checkRefusal(
    _ parts: [DatasetAddress], _ root: String, _ report: inout CaseReport
  ) async {
    await report.expectError("merging twice") {
      try await mergeIndex(parts, into: DatasetAddress(root), stores: ObjectStoreRegistry())
    }
  }
}
