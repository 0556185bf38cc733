import BinaryIO
import Foundation
import HTTPStorage
import HTTPTransport
import ObjectStorage
import ObjectStoreConformance
import Synchronization
import Testing

/// The suite that every store passes, over a real web server's files.
struct ConformanceTests {
  /// Writes into the folder that the server serves, reads through the server.
  final class Served: ObjectStore {
    let reader: HTTPStore
    let writer: LocalStore
    let root: String
    let writeCount = Atomic<Int>(0)

    init(_ reader: HTTPStore, root: String) {
      self.reader = reader
      self.root = root
      writer = LocalStore(root)
    }

    var abilities: StoreAbilities { reader.abilities }
    func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo { try await reader.head(key) }
    func get(
      _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
    ) async throws(ObjectStoreError) -> ObjectInfo {
      try await reader.get(key, options: options, into: sink)
    }
    func list(
      _ prefix: String, delimiter: String?, after token: String?
    ) async throws(ObjectStoreError) -> ListPage {
      try await reader.list(prefix, delimiter: delimiter, after: token)
    }
    func put(
      _ key: ObjectKey, from source: any ByteSource, options: PutOptions
    ) async throws(ObjectStoreError) -> ObjectInfo {
      guard !options.createOnly, options.ifMatch == nil else {
        throw ObjectStoreError(.unsupported, url: "server", detail: "HTTP has no writes")
      }
      do throws(ObjectStoreError) {
        _ = try await writer.put(key, from: source, options: options)
      } catch {
        // The file system's own refusals, such as a file that should be a folder.
        throw error.cause is FileError && error.code == .localFile
          ? ObjectStoreError(.unsupported, url: "server", detail: "\(error)") : error
      }
      // The server's entity tags count seconds: each write gets one of its own.
      let second = writeCount.wrappingAdd(1, ordering: .relaxed).newValue
      try? FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000 + Double(second))],
        ofItemAtPath: root + "/" + key.text)
      return try await reader.head(key)
    }
    func delete(_ key: ObjectKey) async throws(ObjectStoreError) { try await writer.delete(key) }
  }

  static let endpoint = ProcessInfo.processInfo.environment["HTTP_CONFORMANCE_ENDPOINT"]

  @Test(
    "against the server that HTTP_CONFORMANCE_ENDPOINT names",
    .enabled(if: endpoint != nil, "needs HTTP_CONFORMANCE_ENDPOINT, as IntegrationTests/http-nginx sets it"))
  func given() async throws {
    let root = try #require(ProcessInfo.processInfo.environment["HTTP_CONFORMANCE_ROOT"])
    let options = try HTTPStoreOptions(StoreURL(parsing: try #require(Self.endpoint)))
    let served = Served(HTTPStore(options: options, transport: try CurlTransport()), root: root)
    var looked: [String] = []
    for result in await ConformanceSuite(served).run() {
      #expect(result.hasPassed, "\(result)")
      if result.skipReason == nil { looked.append(result.name) } else { print("left out:", result.name) }
    }
    // What needs neither listings nor conditions of writes must have been looked at whole.
    for name in [
      "a missing object is not found, and the sink gets nothing", "an empty object is there and has no bytes",
      "every range gives exactly its bytes, or says that there are none",
      "a large object comes back whole, and in parts from anywhere",
      "a sink's error ends the transfer and comes through as it is",
      "a read with an entity tag gives that object's bytes or none",
      "a cancelled task ends soon, by an error or by its result",
    ] { #expect(looked.contains(name), "\(name)") }
  }
}
