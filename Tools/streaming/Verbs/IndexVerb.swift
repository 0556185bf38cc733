import ArgumentParser

/// `streaming index`: work on index.json itself.
struct IndexVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Make an index.json of shards that lost it, or one of several.",
    discussion: """
      EXAMPLE
        streaming index rebuild data/train
      """,
    subcommands: [IndexMergeVerb.self, IndexRebuildVerb.self])
}
