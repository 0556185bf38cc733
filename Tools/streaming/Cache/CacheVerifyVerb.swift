import ArgumentParser
import PythonJSON
import Streaming

/// `streaming cache verify`: compares what is here with the index.
struct CacheVerifyVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compare sizes and hashes of the files in a cache with its index.",
    discussion: """
      Shards that are not here are no damage. With --repair damaged ones are removed and come back when they are \
      needed. Exits with 65 when damage is left.

      EXAMPLE
        streaming cache verify /tmp/cache --repair
      """)

  @Argument(help: "The local directory of a stream.", completion: .directory)
  var directory: String

  @Flag(help: "Remove damaged shards, so that they are fetched again.")
  var repair = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let cache = try inspectCache(directory)
    var damages: [String] = []
    var damagedCount = 0
    var repairedCount = 0
    for shard in cache.shards.indices {
      let found = try cache.damages(of: shard)
      guard !found.isEmpty else { continue }
      damagedCount += 1
      damages += found
      if !json { found.forEach { print($0) } }
      if repair, try cache.repair(shard) { repairedCount += 1 }
    }
    if json {
      print(
        JSONValue.object([
          ("shards", .integer(cache.shards.count)), ("damaged_shards", .integer(damagedCount)),
          ("repaired_shards", .integer(repairedCount)), ("damages", .array(damages.map { .string($0) })),
        ] as [(String, JSONValue)]).line)
    } else {
      print("\(damagedCount) of \(cache.shards.count) shards damaged, \(repairedCount) removed to be fetched again")
    }
    if damagedCount > repairedCount { throw ExitCode(ExitStatus.dataError.rawValue) }
  }
}
