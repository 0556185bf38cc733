import ArgumentParser
import PythonJSON
import Streaming

/// `streaming inspect`: what a data set holds, from its index alone.
struct InspectVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Tell shards, columns, compression and sizes of a data set.",
    discussion: """
      Reads index.json and nothing else.

      EXAMPLE
        streaming inspect s3://bucket/digits/train --shards
      """)

  @Argument(help: "A directory or URL with an index.json.", completion: .directory)
  var dataset: String

  @Flag(help: "List each shard.")
  var shards = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let index = try await DatasetFiles.open(dataset).index()
    if json { return print(object(index).line) }
    let rawByteCount = index.shards.indices.reduce(0) { $0 + index.shards.rawByteCount(of: $1) }
    let storedByteCount = index.shards.indices.reduce(0) { $0 + index.shards.storedByteCount(of: $1) }
    print("samples  \(index.sampleCount)")
    print("shards   \(index.shards.count)")
    print(
      "bytes    \(rawByteCount)" + (storedByteCount == rawByteCount ? "" : ", stored as \(storedByteCount)"))
    for schema in index.shards.schemas { print(describe(schema)) }
    guard shards else { return }
    for (number, shard) in index.shards.enumerated() {
      let stored = shard.zipData ?? shard.rawData
      print("\(number)\t\(stored.basename)\t\(shard.sampleCount) samples\t\(stored.byteCount) bytes")
    }
  }

  private func describe(_ schema: ShardSchema) -> String {
    var lines = ["format   \(schema.format.rawValue)"]
    lines[0] += ", compression \(schema.compression.map { "\($0)" } ?? "none")"
    lines[0] += ", hashes \(schema.hashes.isEmpty ? "none" : schema.hashes.joined(separator: ", "))"
    for column in schema.columns {
      let size = column.fixedByteCount.map { "\($0) bytes" } ?? "variable"
      lines.append("column   \(column.name)\t\(column.encodingName)\t\(size)")
    }
    return lines.joined(separator: "\n")
  }

  private func object(_ index: DatasetIndex) -> JSONValue {
    let schemas = index.shards.schemas.map { schema in
      JSONValue.object([
        ("format", .string(schema.format.rawValue)),
        ("compression", schema.compression.map { .string("\($0)") } ?? .null),
        ("hashes", .array(schema.hashes.map { .string($0) })),
        ("columns", .object(schema.columns.map { ($0.name, .string($0.encodingName)) })),
      ])
    }
    let list = index.shards.map { shard in
      JSONValue.object([
        ("name", .string((shard.zipData ?? shard.rawData).basename)),
        ("samples", .integer(shard.sampleCount)),
        ("raw_bytes", .integer(shard.rawByteCount)), ("stored_bytes", .integer(shard.storedByteCount)),
      ])
    }
    return .object([
      ("samples", .integer(index.sampleCount)), ("shards", .integer(index.shards.count)),
      ("raw_bytes", .integer(index.shards.indices.reduce(0) { $0 + index.shards.rawByteCount(of: $1) })),
      (
        "stored_bytes", .integer(index.shards.indices.reduce(0) { $0 + index.shards.storedByteCount(of: $1) })
      ),
      ("schemas", .array(schemas)), ("shard_list", .array(list)),
    ])
  }
}
