import FakeObjectStores
import Foundation
import Streaming
import Synchronization
import Threading

/// What a scenario plays on: a data set in a server, a cache directory, and reading processes.
final class Stage: Sendable {
  static let sampleCount = 1200

  let isLong: Bool
  let folder: String
  let server: FakeS3
  let index: DatasetIndex
  private let children = Mutex<[Child]>([])

  init(isLong: Bool) async throws {
    self.isLong = isLong
    folder = FileSystem.temporaryDirectory + "/streaming-faults-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try FileSystem.createDirectory(folder + "/server/data")
    try await SampleContent.write(Self.sampleCount, to: folder + "/server/data/set")
    let server = folder + "/server"
    self.server = try FakeS3(buckets: ["data"]) { $0.directory = server }
    let path = folder + "/server/data/set/index.json"
    index = try MappedFile(path: path).guarding { bytes throws in try DatasetIndex(parsing: bytes, file: path) }
  }

  var cache: String { folder + "/cache" }

  /// Bytes of all shards.
  var byteCount: Int { index.shards.indices.reduce(0) { $0 + index.shards.rawByteCount(of: $1) } }

  var largestShard: Int { index.shards.indices.map { index.shards.rawByteCount(of: $0) }.max() ?? 0 }

  var indexByteCount: Int {
    (try? FileSystem.status(of: folder + "/server/data/set/index.json"))??.byteCount ?? 0
  }

  /// Starts a process that reads through the cache.
  /// - Parameter faults: variables for the faults of the system that it is to meet.
  func read(_ settings: String..., faults: [String: String] = [:]) throws -> Child {
    let local = settings.contains { $0.hasPrefix("local=") } ? [] : ["local=\(cache)"]
    return try start(["read"] + settings + local, faults: faults)
  }

  /// Starts a process of this program that knows the store.
  func start(_ arguments: [String], faults: [String: String] = [:]) throws -> Child {
    let environment = [
      "AWS_ACCESS_KEY_ID": FakeS3.Credential.test.accessKeyID, "AWS_REGION": server.options.region,
      "AWS_SECRET_ACCESS_KEY": FakeS3.Credential.test.secretAccessKey, "S3_ENDPOINT_URL": server.endpoint,
      "SWIFT_BACKTRACE": "enable=no",
    ].merging(faults) { $1 }
    let number = children.withLock { $0.count }
    let child = try Child(arguments, environment, output: "\(folder)/output-\(number)")
    children.withLock { $0.append(child) }
    return child
  }

  /// Bytes of shards that the cache holds.
  func used(_ directory: String? = nil) throws -> Int {
    try shardFiles(directory).reduce(0) { sum, name in
      sum + (try FileSystem.status(of: (directory ?? cache) + "/" + name)?.byteCount ?? 0)
    }
  }

  func shardFiles(_ directory: String? = nil) throws -> [String] {
    let path = directory ?? cache
    // A process that was killed at once has not made its directory.
    guard try FileSystem.status(of: path) != nil else { return [] }
    return try FileSystem.list(path).filter { $0.hasPrefix("shard") }
  }

  /// Checks that a directory holds whole, sound shards and nothing else.
  /// - Parameter afterPruning: whether what dead processes left may be cleaned before.
  func checkConsistent(_ directory: String? = nil, afterPruning: Bool = false) throws {
    let directory = directory ?? cache
    let inspection = try CacheInspection(directory: directory, shards: index.shards)
    if afterPruning { _ = try inspection.prune() }
    let allowed = [".streaming-cache", "index.json"]
    let expected = Set(index.shards.flatMap { $0.files.map(\.raw.basename) } + allowed)
    for name in try FileSystem.list(directory) { try expect(expected.contains(name), "\(name) is left in the cache") }
    for shard in index.shards.indices {
      let damages = try inspection.damages(of: shard)
      try expect(damages.isEmpty, "\(damages)")
    }
  }

  /// Ends what is still running and removes everything.
  func strike() async {
    for child in children.withLock({ $0 }) {
      child.kill()
      _ = try? await child.ended()
    }
    server.stop()
    try? FileSystem.removeTree(folder)
  }
}
