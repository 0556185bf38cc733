import FakeObjectStores
import ObjectStorage

/// What is really in a fake server, written and read beside its sockets.
struct FakeTruth: ObjectStore {
  /// The bytes of a key, nil when there are none.
  let read: @Sendable (_ key: String) -> [UInt8]?
  /// Stores bytes.
  let write: @Sendable (_ bytes: [UInt8], _ key: String) throws -> Void

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    ObjectInfo(key: key, byteCount: try bytes(key).count)
  }

  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let bytes = try bytes(key)
    try sink.write(bytes.span.bytes)
    return ObjectInfo(key: key, byteCount: bytes.count)
  }

  func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let bytes = try source.bytes(at: 0, count: source.byteCount)
    do { try write(bytes, key.text) } catch {
      throw ObjectStoreError(.misconfigured, url: key.text, detail: "\(error)")
    }
    return ObjectInfo(key: key, byteCount: bytes.count)
  }

  private func bytes(_ key: ObjectKey) throws(ObjectStoreError) -> [UInt8] {
    guard let bytes = read(key.text) else { throw ObjectStoreError(.notFound, url: key.text) }
    return bytes
  }
}
