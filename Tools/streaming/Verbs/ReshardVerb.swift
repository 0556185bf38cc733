import ArgumentParser
import DatasetImport
import Streaming

/// `streaming reshard`: a data set in other shards.
struct ReshardVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reshard",
    abstract: "Write a data set again with other shard sizes, compression, hashes, format or columns.",
    discussion: """
      What is not given stays as it is. Samples are copied byte by byte where format and columns stay, so images are \
      not encoded again. Sizes and hashes of the old shards are checked on the way. The old data set stays as it is.

      EXAMPLE
        streaming reshard s3://bucket/train data/train --size-limit 128mb \\
          --compression zstd:3 --hashes xxh64
        streaming reshard data/train data/labels --columns label:int,name:str
        streaming reshard data/reviews data/reviews-text --to jsonl \\
          --compression none
      """)

  @Argument(help: "The data set: a directory or URL with an index.json.", completion: .directory)
  var source: String
  @Argument(help: "Where the new one goes: a directory or a URL.", completion: .directory)
  var out: String
  @Option(help: "The format of the new shards; by default the same.")
  var to: OutputFormat?
  @OptionGroup var options: ConversionOptions

  func run() async throws {
    if options.replace { try requireApart([source], from: out) }
    let index = try await withFlagNames {
      try await withTemporaryDirectory { scratch in
        let shards = try await DatasetShards(at: source, scratch: scratch, stores: .commandLine)
        let schema = shards.index.shards.schemas.first
        let format = to?.shardFormat ?? schema?.format ?? .mds
        let columns =
          try options.columns.map { try ImportColumns(parsing: $0) } ?? .resharding(shards.index, to: format)
        return try await Resharding(shards: shards, title: source).write(
          to: out, as: format, columns: columns, separator: options.separator ?? schema?.separator, local: options.local,
          try options.writerOptions(like: schema))
      }
    }
    printSummary(of: index, at: out)
  }

  private struct Resharding: Conversion {
    let shards: DatasetShards
    let title: String

    func run<Format>(into writer: consuming ShardWriter<Format>) async throws -> DatasetIndex {
      let progress = ConvertProgress(title)
      defer { progress.finish() }
      return try await reshard(shards, into: writer) { progress.show(sampleCount: $0, of: $1) }
    }
  }
}
