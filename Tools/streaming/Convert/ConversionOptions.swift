import ArgumentParser
import DatasetImport
import Streaming

/// What `convert` and `reshard` have in common: how the data set is written.
struct ConversionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What to take, and as what.", valueName: "name:encoding,…"))
  var columns: String?
  @Option(help: ArgumentHelp("Compression of the shards, such as zstd:3, or none.", valueName: "name:level"))
  var compression: String?
  @Option(help: ArgumentHelp("Hashes for the index, in order of their names, or none.", valueName: "name,…"))
  var hashes: String?
  @Option(help: ArgumentHelp("The size at which a shard is full; 0 for one shard.", valueName: "size"))
  var sizeLimit: String?
  @Option(help: ArgumentHelp("What stands between columns in xsv shards.", valueName: "text"))
  var separator: String?

  @Option(help: ArgumentHelp("A directory to make the shards in before they are uploaded.", valueName: "dir"))
  var local: String?
  @Flag(help: "Keep the shards in --local.")
  var keepLocal = false
  @Flag(help: "Go on where an earlier run into the same directory was stopped.")
  var resume = false
  @Flag(help: "Add to the data set that is there.")
  var append = false
  @Flag(help: "Delete what is there first.")
  var replace = false
  @Flag(help: "Accept xz and lz4, which upstream cannot read.")
  var ownCompressions = false

  /// The writer's options.
  /// - Parameter schema: what counts where an option is not given; nil for the writer's own defaults.
  func writerOptions(like schema: ShardSchema?) throws -> WriterOptions {
    var options = WriterOptions()
    options.compression = try compression.map { $0 == "none" ? nil : try Codec(parsing: $0) } ?? schema?.compression
    let names = hashes.map { $0 == "none" ? [] : $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    options.hashes = try HashAlgorithm.list(parsing: names ?? schema?.hashes ?? [])
    if let sizeLimit {
      options.sizeLimit = try ByteCount(parsing: sizeLimit)
    } else if let schema {
      options.sizeLimit = schema.sizeLimit.map { ByteCount($0) }
    }
    if let newline = schema?.newline { options.newline = newline }
    options.keepLocal = keepLocal
    options.resumes = resume
    options.appends = append
    options.replaceExisting = replace
    // What the data set has already needs no further leave.
    options.allowsOwnCompressions = ownCompressions || (compression == nil && schema?.compression?.isUpstream == false)
    return options
  }
}

/// The formats of shards, by the names that people give them.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case mds, csv, tsv, xsv, json, jsonl

  var shardFormat: ShardFormatName { self == .jsonl ? .json : ShardFormatName(rawValue: rawValue) ?? .mds }
}

/// Something that fills a writer, of whatever format.
protocol Conversion {
  func run<Format: ShardFormat>(into writer: consuming ShardWriter<Format>) async throws -> DatasetIndex
}

extension Conversion {
  /// Makes the writer for a format and fills it.
  func write(
    to out: String, as format: ShardFormatName, columns: ImportColumns, separator: String?, local: String?,
    _ options: WriterOptions
  ) async throws -> DatasetIndex {
    let (names, stores) = (columns.encodings, ObjectStoreRegistry.commandLine)
    let configure = { (target: inout WriterOptions) in target = options }
    switch format {
    case .mds:
      return try await run(
        into: try MDSWriter(to: out, local: local, columns: names, stores: stores, configure: configure))
    case .csv:
      return try await run(
        into: try CSVWriter(to: out, local: local, columns: names, stores: stores, configure: configure))
    case .tsv:
      return try await run(
        into: try TSVWriter(to: out, local: local, columns: names, stores: stores, configure: configure))
    case .json:
      return try await run(
        into: try JSONWriter(to: out, local: local, columns: names, stores: stores, configure: configure))
    case .xsv:
      guard let separator else {
        throw CommandError(.usage, "--to xsv: expected a separator, found none.\nSay --separator ';' or another.")
      }
      return try await run(
        into: try XSVWriter(
          to: out, local: local, columns: names, separator: separator, stores: stores, configure: configure))
    }
  }
}
