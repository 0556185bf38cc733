import ArgumentParser

/// `streaming cache`: looks after a cache directory, also one in use.
struct CacheVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "Show, prune and verify a cache directory, also while processes use it.",
    discussion: """
      EXAMPLE
        streaming cache status /tmp/cache
      """,
    subcommands: [CacheStatusVerb.self, CachePruneVerb.self, CacheVerifyVerb.self])
}
