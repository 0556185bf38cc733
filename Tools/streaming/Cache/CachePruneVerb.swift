import ArgumentParser
import PythonJSON
import Streaming

/// `streaming cache prune`: removes what dead processes left, and shards down to a size.
struct CachePruneVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove leftovers of dead processes and, down to a size, shards that nobody uses.",
    discussion: """
      Shards in use stay, and so does everything in a directory that is the only copy.

      EXAMPLE
        streaming cache prune /tmp/cache --to 20gb
      """)

  @Argument(help: "The local directory of a stream.", completion: .directory)
  var directory: String

  @Option(name: .long, help: "Bytes of shards that may stay, such as 20gb, after orders; without it all.")
  var to: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws { _ = try limit() }

  func run() throws {
    let pruned = try inspectCache(directory).prune(to: try limit())
    if json {
      print(
        JSONValue.object([
          ("leftovers", .array(pruned.leftovers.map { .string($0) })),
          ("set_aside", .array(pruned.setAside.map { .string($0) })), ("orders", .array(pruned.orders.map { .string($0) })),
          ("evicted_shards", .integer(pruned.evictedShardCount)), ("evicted_bytes", .integer(pruned.evictedByteCount)),
          ("bytes", .integer(pruned.byteCount)),
        ] as [(String, JSONValue)]).line)
    } else {
      for name in pruned.leftovers + pruned.setAside + pruned.orders { print("removed \(name)") }
      print("\(pruned.evictedShardCount) shards evicted, \(ByteCount(pruned.byteCount)) of shards left")
    }
    guard let limit = try limit(), pruned.byteCount > limit.value else { return }
    throw CommandError(
      .temporaryFailure,
      "\(directory): expected at most \(limit.value) bytes, found \(pruned.byteCount): the rest is in use.\nTry again later.")
  }

  private func limit() throws -> ByteCount? { try to.map { try ByteCount(parsing: $0) } }
}
