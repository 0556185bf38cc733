import ArgumentParser
import PythonJSON
import Streaming

/// `streaming cache status`: what a cache directory holds and who uses it.
struct CacheStatusVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what a cache directory holds and who uses it.",
    discussion: """
      EXAMPLE
        streaming cache status /tmp/cache --json
      """)

  @Argument(help: "The local directory of a stream.", completion: .directory)
  var directory: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let status = try inspectCache(directory).status()
    if json {
      print(
        JSONValue.object([
          ("remote", status.remote.map { .string($0) } ?? .null), ("shards", .integer(status.shardCount)),
          ("resident_shards", .integer(status.residentShardCount)), ("bytes", .integer(status.byteCount)),
          ("pinned_shards", .integer(status.pinnedShardCount)),
          ("installing_shards", .integer(status.installingShardCount)),
          ("processes", .array(status.processes.map { .integer($0) })),
          ("downloads", .integer(Int(clamping: status.downloads))),
          ("evictions", .integer(Int(clamping: status.evictions))),
          ("quarantines", .integer(Int(clamping: status.quarantines))),
          ("wrong_sizes", .array(status.wrongSizes.map { .string($0) })),
          ("set_aside", .array(status.setAside.map { .string($0) })), ("order_bytes", .integer(status.orderByteCount)),
        ] as [(String, JSONValue)]).line)
      return
    }
    print("remote       \(status.remote ?? "none: the only copy, or not used as a cache yet")")
    print("shards       \(status.residentShardCount) of \(status.shardCount) here, \(ByteCount(status.byteCount))")
    print("in use       \(status.pinnedShardCount) pinned, \(status.installingShardCount) being installed")
    print("processes    \(status.processes.isEmpty ? "none" : status.processes.map(String.init).joined(separator: " "))")
    print("so far       \(status.downloads) downloads, \(status.evictions) evictions, \(status.quarantines) damaged")
    if status.orderByteCount > 0 { print("orders       \(ByteCount(status.orderByteCount)) of epochs' orders") }
    for name in status.wrongSizes { print("wrong size   \(name)") }
    for name in status.setAside { print("set aside    \(name)") }
  }
}

/// A cache directory and its index.
func inspectCache(_ directory: String) throws -> CacheInspection {
  let path = directory + "/index.json"
  let index = try MappedFile(path: path).guarding { bytes throws in try DatasetIndex(parsing: bytes, file: path) }
  return try CacheInspection(directory: directory, shards: index.shards)
}
