import ArchiveReading
import ArgumentParser
import DatasetImport
import Streaming

/// `streaming convert`: tables, folders of images and archives become a data set.
struct ConvertVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert tables, JSON lines, folders of images or WebDatasets into a data set.",
    discussion: """
      The shards are uploaded while the input is read; the index comes last, so nobody reads half a data set. With \
      --resume a conversion that was stopped goes on at its last safe shard. Several inputs of one kind become one \
      data set, in the order given. Files compressed by gzip, bzip2, xz, zstd or lz4 are read as they are; - is the \
      standard input.

      Tables and JSON lines: without --columns the first 1000 records tell them. An array of fixed shape takes \
      numbered columns: --columns pixel:ndarray:uint8:8,8 takes pixel0 to pixel63. Bytes in JSON lines are base64.

      Images: a folder with a folder per class gives the columns image and label (and class and path, if --columns \
      names them). JPEG and PNG files are copied as they are. classes.json beside the index tells the labels.

      WebDatasets: tar or zip; files that share a name up to its first dot are a sample, extensions its columns.

      EXAMPLE
        streaming convert reviews.csv --out s3://bucket/reviews \\
          --columns text:str,stars:int8 --compression zstd:3
        streaming convert photos/ --out data/photos --hashes xxh64 --size-limit 64mb
        streaming convert shards/train-*.tar --out data/train \\
          --columns jpg:jpeg,cls:int
      """)

  @Argument(help: "The files or folders to convert; - for the standard input.", completion: .file())
  var inputs: [String]
  @Option(help: "The format of the shards.")
  var to = OutputFormat.mds
  @Option(help: ArgumentHelp("Where the data set goes: a directory or a URL.", valueName: "url"))
  var out: String
  @Option(help: "The kind of the input; by default its name tells.")
  var from: InputFormat?
  @Flag(help: "The tables have no header; --columns tells their fields in order.")
  var noHeader = false
  @OptionGroup var options: ConversionOptions
  @Flag(help: "Write pkl columns, given as base64: whoever reads them with Python runs what is in them.")
  var allowPickles = false
  @Option(help: ArgumentHelp("The largest file of an archive, or image, to accept.", valueName: "size"))
  var memberLimit = "1gb"
  @Option(help: ArgumentHelp("How many times its size an archive may unpack to.", valueName: "times"))
  var expansionLimit = 200

  func run() async throws {
    try await withFlagNames { try await convert() }
  }

  private func convert() async throws {
    let format = try from ?? inputs.first.map { try InputFormat(of: $0) } ?? .csv
    if from == nil {
      for input in inputs.dropFirst() where try InputFormat(of: input) != format {
        throw CommandError(
          .usage, "\(input): expected inputs of one kind, found another than \(inputs[0]).\nConvert them one by one, "
            + "then say `streaming index merge`.")
      }
    }
    for (number, input) in inputs.enumerated() where inputs[..<number].contains(input) {
      throw CommandError(.usage, "\(input): expected each input once, found it twice.\nName it once.")
    }
    if options.replace { try requireApart(inputs, from: out) }
    let columns = try options.columns.map { try ImportColumns(parsing: $0) }
    switch format {
    case .csv, .tsv:
      let separator: Unicode.Scalar = format == .csv ? "," : "\t"
      if noHeader, columns == nil {
        throw CommandError(.usage, "--no-header: expected --columns, found none.\nSay --columns name:encoding,…")
      }
      let columns = try columns ?? inferred { try ImportColumns.inferred(fromCSV: $0, separator: separator) }
      let header = noHeader ? columns.fieldNames : nil
      try await write(
        try ChainedRecords(inputs) { path throws(ImportError) in
          try CSVRecords(path: path, columns: columns, separator: separator, header: header)
        }, columns)
    case .jsonl:
      let columns = try columns ?? inferred { try ImportColumns.inferred(fromJSONLines: $0) }
      try await write(
        try ChainedRecords(inputs) { [allowPickles] path throws(ImportError) in
          try JSONLinesRecords(path: path, columns: columns, allowsPickles: allowPickles)
        }, columns)
    case .images: try await writeImages(columns)
    case .webdataset: try await writeArchives(columns)
    }
  }

  // MARK: Kinds of input

  /// The columns that the first input tells, which are printed: a wrong guess should be seen.
  private func inferred(_ infer: (String) throws -> ImportColumns) throws -> ImportColumns {
    guard let input = inputs.first, input != "-" else {
      throw CommandError(
        .usage, "-: expected --columns for the standard input, found none.\nSay --columns name:encoding,…")
    }
    let columns = try infer(input)
    let suited = to == .mds ? columns : try columns.forText()
    let text = suited.columns.map { "\($0.name):\($0.encodingName)" }.joined(separator: ",")
    printError("columns, as \(input) tells them: \(text)")
    return suited
  }

  private func writeImages(_ columns: ImportColumns?) async throws {
    guard inputs.count == 1 else {
      throw CommandError(.usage, "\(inputs[1]): expected one folder of images, found \(inputs.count).\nConvert them one by one.")
    }
    let source = try ImageFolderRecords(
      folder: trimmed(inputs[0]), columns: columns, fileLimit: try ByteCount(parsing: memberLimit))
    if source.otherFileCount > 0 {
      printError("\(inputs[0]): \(source.otherFileCount) files left out that are neither .jpg, .jpeg nor .png")
    }
    try await write(source, source.columns)
    guard !source.classes.isEmpty else { return }
    let stores = ObjectStoreRegistry.commandLine
    try await stores.open(out).put("classes.json", bytes: source.classListing)
    if options.keepLocal, let local = options.local {
      try await stores.open(local).put("classes.json", bytes: source.classListing)
    }
    print("\(out)/classes.json: \(source.classes.count) classes")
  }

  private func writeArchives(_ columns: ImportColumns?) async throws {
    guard expansionLimit > 0 else { throw CommandError(.usage, "--expansion-limit: expected 1 or more, found \(expansionLimit).") }
    let limits = ArchiveLimits(memberByteCount: try ByteCount(parsing: memberLimit), expansion: expansionLimit)
    let first = try WebDatasetRecords(path: inputs[0], columns: columns, limits: limits)
    let (path, taken, refusesOthers) = (inputs[0], first.columns, columns == nil)
    let source = try ChainedRecords(inputs) { next throws(ImportError) in
      next == path ? first : try WebDatasetRecords(path: next, columns: taken, refusesOthers: refusesOthers, limits: limits)
    }
    try await write(source, taken)
  }

  private func trimmed(_ path: String) -> String { path.count > 1 && path.hasSuffix("/") ? trimmed(String(path.dropLast())) : path }

  // MARK: Writing

  private struct Import<Source: RecordSource>: Conversion {
    let source: Source
    let title: String

    func run<Format>(into writer: consuming ShardWriter<Format>) async throws -> DatasetIndex {
      let progress = ConvertProgress(title)
      defer { progress.finish() }
      return try await importRecords(from: source, into: writer) { progress.show(byteCount: $0, of: $1) }
    }
  }

  private func write(_ source: some RecordSource, _ columns: ImportColumns) async throws {
    let title = inputs.count == 1 ? inputs[0] : "\(inputs.count) inputs"
    let index = try await Import(source: source, title: title).write(
      to: out, as: to.shardFormat, columns: columns, separator: options.separator, local: options.local,
      try options.writerOptions(like: nil))
    printSummary(of: index, at: out)
  }
}
