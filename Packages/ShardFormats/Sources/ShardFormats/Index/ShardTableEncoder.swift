package import PythonJSON
internal import ShardCompression

/// Writes shards as upstream's writer does: members sorted by name, so each schema's text is made once.
struct ShardTableEncoder {
  private struct Fragments {
    /// From `{` up to and with `"raw_data": `.
    var beforeRawData: [UInt8]
    /// From behind the number of samples up to and with `"zip_data": `.
    var afterSamples: [UInt8]
    var hasMeta: Bool
  }

  private let table: ShardTable
  private let fragments: [Fragments]

  init(_ table: ShardTable) {
    self.table = table
    fragments = table.schemas.map { schema in
      // Split the schema's own object where raw_data and zip_data sort in: after newline or hashes, and at the end.
      let late = JSONObject(schema.jsonMembers.filter { $0.key > "raw_data" }.map { ($0.key, $0.value) })
      let early = JSONObject(schema.jsonMembers.filter { $0.key < "raw_data" }.map { ($0.key, $0.value) })
      return Fragments(
        beforeRawData: JSONValue.object(early).encoded(sortingKeys: true).dropLast()
          + Array(#", "raw_data": "#.utf8),
        afterSamples: Array(", ".utf8)
          + JSONValue.object(late).encoded(sortingKeys: true).dropFirst().dropLast()
          + Array(#", "zip_data": "#.utf8),
        hasMeta: schema.format.hasMeta)
    }
  }

  func encode(_ shard: Int, into output: inout [UInt8]) {
    let fragment = fragments[table.schemaNumber(of: shard)]
    output.append(contentsOf: fragment.beforeRawData)
    append(table.rawData[shard], to: &output)
    if fragment.hasMeta {
      output.append(contentsOf: #", "raw_meta": "#.utf8)
      append(table.rawMeta[shard], to: &output)
    }
    output.append(contentsOf: #", "samples": "#.utf8)
    output.append(contentsOf: String(table.sampleCounts[shard]).utf8)
    output.append(contentsOf: fragment.afterSamples)
    append(table.zipData[shard], to: &output)
    if fragment.hasMeta {
      output.append(contentsOf: #", "zip_meta": "#.utf8)
      append(table.zipMeta[shard], to: &output)
    }
    output.append(UInt8(ascii: "}"))
  }

  private func append(_ file: FileInfo?, to output: inout [UInt8]) {
    guard let file else { return output.append(contentsOf: "null".utf8) }
    output.append(contentsOf: #"{"basename": "#.utf8)
    appendJSONString(file.basename, to: &output)
    output.append(contentsOf: #", "bytes": "#.utf8)
    output.append(contentsOf: String(file.byteCount).utf8)
    output.append(contentsOf: #", "hashes": "#.utf8)
    let hashes = JSONObject(file.hashes.map { ($0.algorithm, .string($0.hex)) })
    JSONValue.object(hashes).encode(into: &output, sortingKeys: true)
    output.append(UInt8(ascii: "}"))
  }
}

extension ShardSchema {
  /// The members of a shard object that the schema determines: all but files and number of samples.
  ///
  /// With sorted keys this is also the configuration inside MDS and `.meta` files.
  package var jsonMembers: JSONObject {
    var members = JSONObject()
    let names = JSONValue.array(columns.map { .string($0.name) })
    let encodings = JSONValue.array(columns.map { .string($0.encodingName) })
    switch format {
    case .mds:
      members["column_encodings"] = encodings
      members["column_names"] = names
      members["column_sizes"] = .array(
        columns.map { $0.fixedByteCount.map { .integer(JSONInteger($0)) } ?? .null })
    case .csv, .tsv, .xsv:
      members["column_encodings"] = encodings
      members["column_names"] = names
    case .json:
      members["columns"] = .object(JSONObject(columns.map { ($0.name, .string($0.encodingName)) }))
    }
    members["compression"] = compression.map { .string($0.description) } ?? .null
    members["format"] = .string(format.rawValue)
    members["hashes"] = .array(hashes.map { .string($0) })
    if format.hasMeta { members["newline"] = .string(newline ?? "\n") }
    if format == .xsv { members["separator"] = .string(separator ?? ",") }
    members["size_limit"] = sizeLimit.map { .integer(JSONInteger($0)) } ?? .null
    members["version"] = 2
    return members
  }
}
