import ArgumentParser
import Streaming

/// `streaming index merge`: one index of several data sets.
struct IndexMergeVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Make one index.json of several data sets, without touching their shards.",
    discussion: """
      The parts follow one another as they are named, or with --under in the order of their paths: all data sets in \
      the folders below. Their shards stay where they are and are found from the merged index, so its place is the \
      folder above them. Where a part or the place is local and a copy of a remote one, write DIR::URL; the local side \
      is looked at first.

      EXAMPLE
        streaming index merge data/part-0 data/part-1 --out data
        streaming index merge --under s3://bucket/train
        streaming index merge cache/0::s3://bucket/0 cache/1::s3://bucket/1 \\
          --out cache::s3://bucket
      """)

  @Argument(help: "The parts: directories or URLs with an index.json, or DIR::URL.")
  var parts: [String] = []
  @Option(help: ArgumentHelp("Where the merged index goes.", valueName: "url"))
  var out: String?
  @Option(help: ArgumentHelp("Merge all data sets in the folders below this one, into it.", valueName: "url"))
  var under: String?
  @Flag(help: "Put only the last folder's name before a part's files, as upstream does.")
  var lastFolder = false
  @Flag(help: "Write no local copy of an index that goes to a store.")
  var remoteOnly = false
  @Flag(help: "Replace the index that is there.")
  var replace = false

  func validate() throws {
    guard (under == nil) == (out != nil), (under == nil) == !parts.isEmpty else {
      throw ValidationError("expected parts with --out, or --under alone.")
    }
  }

  func run() async throws {
    var options = MergeOptions()
    options.naming = lastFolder ? .lastFolder : .relativePath
    options.replaceExisting = replace
    options.keepLocal = !remoteOnly
    let chosen = options
    let stores = ObjectStoreRegistry.commandLine
    let place = under ?? out ?? ""
    let index = try await withFlagNames {
      if let under {
        return try await mergeIndex(under: Self.address(under), options: chosen, stores: stores)
      }
      return try await mergeIndex(
        parts.map(Self.address), into: Self.address(place), options: chosen, stores: stores)
    }
    print("\(place): \(index.sampleCount) samples in \(index.shards.count) shards")
  }

  private static func address(_ text: String) -> DatasetAddress {
    guard let mark = text.firstRange(of: "::") else { return DatasetAddress(text) }
    return DatasetAddress(local: String(text[..<mark.lowerBound]), remote: String(text[mark.upperBound...]))
  }
}
