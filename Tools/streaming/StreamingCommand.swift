import ArgumentParser

/// The command line of swift-streaming: parses arguments, calls the packages, prints.
@main
struct StreamingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "streaming",
    abstract: "Convert, inspect and stream MosaicML Streaming data sets.",
    discussion: """
      EXAMPLE
        streaming head s3://bucket/digits --count 3
      """,
    subcommands: verbs)

  /// One file per verb, in `Verbs/`.
  private static let verbs: [any ParsableCommand.Type] = [
    BenchVerb.self,
    CacheVerb.self,
    CatVerb.self,
    ConformanceVerb.self,
    ConvertVerb.self,
    CopyVerb.self,
    DoctorVerb.self,
    HeadVerb.self,
    IndexVerb.self,
    InspectVerb.self,
    ListVerb.self,
    OrderVerb.self,
    ReshardVerb.self,
    SimulateVerb.self,
    VerifyVerb.self,
  ]

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      finish(with: error)
    }
  }
}
