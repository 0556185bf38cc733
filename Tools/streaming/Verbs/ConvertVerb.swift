import ArgumentParser
import DatasetImport
import Streaming

/// `streaming convert`: a table becomes a data set.
struct ConvertVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert CSV, TSV or JSON lines into a data set.",
    discussion: """
      The shards are uploaded while the input is read; the index comes last, so nobody reads half a data set. With
      --local and --resume a conversion that was stopped goes on at its last safe shard. An array of fixed shape takes
      numbered columns: --columns pixel:ndarray:uint8:8,8 takes pixel0 to pixel63.

      EXAMPLE
        streaming convert reviews.csv --to mds --out s3://bucket/reviews --columns text:str,stars:int8 \\
          --compression zstd:3 --hashes xxh64 --size-limit 64mb
      """)

  /// The formats of the input.
  enum InputFormat: String, ExpressibleByArgument, CaseIterable { case csv, tsv, jsonl }
  /// The formats of shards.
  enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case mds, csv, tsv, xsv, json }

  @Argument(help: "The file to convert.", completion: .file())
  var input: String
  @Option(help: "The format of the shards: mds, csv, tsv, xsv or json.")
  var to: OutputFormat
  @Option(help: ArgumentHelp("Where the data set goes: a directory or a URL.", valueName: "url"))
  var out: String
  @Option(help: ArgumentHelp("What to take, and as what.", valueName: "name:encoding,…"))
  var columns: String

  @Option(help: "The format of the input; by default its extension tells.")
  var from: InputFormat?
  @Option(help: ArgumentHelp("Compression of the shards, such as zstd:3.", valueName: "name:level"))
  var compression: String?
  @Option(help: ArgumentHelp("Hashes for the index, in order of their names.", valueName: "name,…"))
  var hashes: String?
  @Option(help: ArgumentHelp("The size at which a shard is full; 0 for one shard.", valueName: "size"))
  var sizeLimit = "64mb"

  @Option(help: ArgumentHelp("A directory to make the shards in before they are uploaded.", valueName: "dir"))
  var local: String?
  @Flag(help: "Keep the shards in --local.")
  var keepLocal = false
  @Flag(help: "Go on where an earlier conversion into the same directory was stopped.")
  var resume = false
  @Flag(help: "Add to the data set that is there.")
  var append = false
  @Flag(help: "Delete what is there first.")
  var replace = false
  @Option(help: "What stands between the columns of an xsv data set.")
  var separator: String?
  @Flag(help: "Write pkl columns, given as base64: whoever reads them with Python runs what is in them.")
  var allowPickles = false
  @Flag(help: "Accept xz and lz4, which upstream cannot read.")
  var ownCompressions = false

  func validate() throws {
    guard (to == .xsv) == (separator != nil) else {
      throw ValidationError("--separator: expected with --to xsv, and with nothing else.")
    }
  }

  func run() async throws {
    do {
      try await convert()
    } catch let error as ImportError {
      throw CommandError(Self.status(error), Self.withFlags(error.description))
    } catch let error as WritingError {
      throw CommandError(ExitStatus(error), Self.withFlags(error.description))
    }
  }

  /// The packages' messages name options of the API; here they are flags.
  private static func withFlags(_ message: String) -> String {
    let flags = [
      ("replaceExisting", "--replace"), ("appends", "--append"), ("resumes", "--resume"),
      ("allowsOwnCompressions", "--own-compressions"), ("allowsPickles", "--allow-pickles"),
    ]
    return flags.reduce(message) { $0.replacing("`\($1.0)`", with: "`\($1.1)`") }
  }

  private func convert() async throws {
    let columns = try ImportColumns(parsing: columns)
    let options = try options()
    switch try from ?? format(of: input) {
    case .csv: try await write(try CSVRecords(path: input, columns: columns), columns, options)
    case .tsv:
      try await write(try CSVRecords(path: input, columns: columns, separator: "\t"), columns, options)
    case .jsonl:
      try await write(
        try JSONLinesRecords(path: input, columns: columns, allowsPickles: allowPickles), columns, options)
    }
  }

  private func write(
    _ source: some RecordSource, _ columns: ImportColumns, _ options: WriterOptions
  ) async throws {
    let (names, stores) = (columns.encodings, ObjectStoreRegistry.standard)
    let configure = { (target: inout WriterOptions) in target = options }
    switch to {
    case .mds:
      try await write(
        source, try MDSWriter(to: out, local: local, columns: names, stores: stores, configure: configure))
    case .csv:
      try await write(
        source, try CSVWriter(to: out, local: local, columns: names, stores: stores, configure: configure))
    case .tsv:
      try await write(
        source, try TSVWriter(to: out, local: local, columns: names, stores: stores, configure: configure))
    case .xsv:
      try await write(
        source,
        try XSVWriter(
          to: out, local: local, columns: names, separator: separator ?? "", stores: stores,
          configure: configure))
    case .json:
      try await write(
        source, try JSONWriter(to: out, local: local, columns: names, stores: stores, configure: configure))
    }
  }

  private func write<Format>(_ source: some RecordSource, _ writer: consuming ShardWriter<Format>)
    async throws
  {
    let progress = ConvertProgress(input)
    defer { progress.finish() }
    let index = try await importRecords(from: source, into: writer) { progress.show($0, of: $1) }
    progress.finish()
    let shards = index.shards
    let stored = ByteCount(shards.reduce(0) { $0 + $1.storedByteCount })
    print("\(out): \(index.sampleCount) samples in \(shards.count) shards, \(stored)")
  }

  private func options() throws -> WriterOptions {
    var options = WriterOptions()
    options.compression = try compression.map { try Codec(parsing: $0) }
    options.hashes = try HashAlgorithm.list(
      parsing: hashes.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        ?? [])
    options.sizeLimit = try ByteCount(parsing: sizeLimit)
    options.keepLocal = keepLocal
    options.resumes = resume
    options.appends = append
    options.replaceExisting = replace
    options.allowsOwnCompressions = ownCompressions
    return options
  }

  private func format(of path: String) throws -> InputFormat {
    let name = path.lowercased()
    if name.hasSuffix(".csv") { return .csv }
    if name.hasSuffix(".tsv") { return .tsv }
    if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") { return .jsonl }
    throw CommandError(
      .usage,
      "\(path): expected a name that ends in .csv, .tsv or .jsonl, found another.\nSay --from csv, tsv or jsonl."
    )
  }

  private static func status(_ error: ImportError) -> ExitStatus {
    if let cause = error.cause { return ExitStatus(cause) }
    return error.code == .badColumns ? .usage : .dataError
  }
}
