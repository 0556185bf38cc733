import BinaryIO
import ObjectStorage
import Synchronization
import Testing

// snippet: own-store
/// Objects on a tape: an example of a store of one's own.
final class TapeStore: ObjectStore {
  private let tape: Mutex<[ObjectKey: [UInt8]]>

  init(_ objects: [ObjectKey: [UInt8]]) { tape = Mutex(objects) }

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    guard let bytes = tape.withLock({ $0[key] }) else {
      throw ObjectStoreError(.notFound, url: "tape://\(key)", remedy: "rewind the tape")
    }
    return ObjectInfo(key: key, byteCount: bytes.count)
  }

  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let info = try await head(key)
    let bytes = tape.withLock { $0[key] } ?? []
    try sink.write(bytes.span.bytes.extracting(try options.resolvedRange(of: info)))
    return info
  }
}

func readFromTape() async throws -> [UInt8] {
  var stores = ObjectStoreRegistry()
  stores.register("tape") { _ in RetryingStore(TapeStore(["web/index.json": [0x7B, 0x7D]])) }
  let store = try await stores.open("tape://archive")
  return try await store.bytes(of: "web/index.json", limit: .megabytes(1))
}
// end snippet

struct OwnStoreTests {
  @Test("a store of one's own is opened by its scheme, read, and refuses what it does not have")
  func ownStore() async throws {
    #expect(try await readFromTape() == Array("{}".utf8))
    let tape = TapeStore([:])
    await expect(.unsupported) { try await tape.put("a", bytes: [1]) }
    await expect(.unsupported) { try await tape.delete("a") }
    await expect(.unsupported) { try await tape.list("", delimiter: nil, after: nil) }
  }

  @Test("the registry knows paths, names the schemes it knows, and finds single objects")
  func registry() async throws {
    let stores = ObjectStoreRegistry()
    await expect(.unknownScheme) { try await stores.open("tape://x") }
    #expect(try await stores.open("/data") is LocalStore)
    let (store, key) = try await stores.open(object: StoreURL(parsing: "/data/x.json"))
    #expect((store as? LocalStore)?.root == "/data")
    #expect(key == "x.json")
  }
}
