import BinaryIO
import CloudAuth
public import HTTPTransport
public import ObjectStorage
import PythonJSON
import Synchronization

/// A bucket of Google Cloud Storage, by its JSON API.
///
/// An object's entity tag is its generation, which all conditions are about: create-only writes and writes of
/// a known version are decided by the service. Uploads carry a CRC-32C that the service checks, and objects
/// read whole are held against the service's. Requests are not repeated here, but for those of a resumable
/// upload, which goes on where it broke: wrap it in ``RetryingStore``.
public final class GCSStore: ObjectStore {
  /// The bucket's name.
  public let bucket: String
  /// How the bucket is asked.
  public let options: GCSOptions
  let transport: any HTTPClient

  /// Opens a bucket; nothing is sent.
  /// - Throws: `.unusableURL` when the bucket's name is none.
  public init(bucket: String, options: GCSOptions, transport: any HTTPClient) throws(ObjectStoreError) {
    guard (1...222).contains(bucket.utf8.count), bucket != ".", bucket != "..",
      bucket.utf8.allSatisfy({
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
      })
    else {
      throw ObjectStoreError(
        .unusableURL, url: "gs://\(bucket)", detail: "expected a bucket's name, found other characters",
        remedy: "write it as gs://bucket/path")
    }
    self.bucket = bucket
    self.options = options
    self.transport = transport
  }

  public var abilities: StoreAbilities {
    let always: StoreAbilities = [.list, .write, .createOnly, .conditionalWrite, .conditionalRead, .copy]
    return options.signingFile == nil ? always : always.union(.presign)
  }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    var request = request(.get, key)
    request.query = [("fields", Self.objectFields)]
    return try objectInfo(try await exchange(request), key)
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var request = request(.get, key, service: "download/storage/v1")
    request.query = [("alt", "media")]
    // Without it the service unpacks objects that were stored with `Content-Encoding: gzip`.
    request.headers["Accept-Encoding"] = "gzip"
    try request.headers.ask(for: GetOptions(range: options.range), of: url(of: key))
    if let generation = options.ifMatch {
      request.query.append(("ifGenerationMatch", try self.generation(generation, key)))
    }
    let checksum = Mutex<CRC32>(CRC32(.castagnoli))
    let isChecked = options.range == nil && self.options.verifiesChecksums
    let target: any ByteSink =
      isChecked ? TeeSink(sink) { bytes in checksum.withLock { $0.update(bytes) } } : sink
    let response = try await exchange(request) { head throws(ObjectStoreError) in
      let info = try self.mediaInfo(head, key)
      try head.check(info, against: options, at: self.url(of: key))
      return .sink(target, describing: info)
    }
    if isChecked, let expected = storedChecksum(response.head) {
      let found = checksum.withLock { $0.value }
      guard expected == found else {
        throw ObjectStoreError(
          .corrupt, url: url(of: key), detail: "expected CRC-32C \(expected), found \(found) in what came",
          remedy: "read it again into a fresh place")
      }
    }
    return try mediaInfo(response.head, key)
  }

  public func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    do throws(ObjectStoreError) {
      _ = try await exchange(request(.delete, key))
    } catch {
      // A missing bucket is an error all the same.
      guard error.code == .notFound, !error.detail.lowercased().contains("bucket does not exist") else {
        throw error
      }
    }
  }

  /// The object's address in messages.
  func url(of key: ObjectKey?) -> String { "gs://\(bucket)" + (key.map { "/" + $0.text } ?? "") }
}
