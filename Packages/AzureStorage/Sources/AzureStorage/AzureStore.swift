import BinaryIO
import CloudAuth
public import HTTPTransport
public import ObjectStorage
import Synchronization

/// A container of Azure Blob Storage, or a file system of Data Lake Storage through the same service.
///
/// Every request is authorized, by the account's key, a shared access signature or a token, unless
/// ``AzureOptions/Identity/anonymous`` was asked for. Large blobs are uploaded in blocks under names of their
/// own, so that uploads of the same blob don't mix. The clock's difference is learned from a refusal. Requests
/// are not repeated here but for single blocks: wrap it in ``RetryingStore``.
public final class AzureStore: ObjectStore {
  /// The container's name.
  public let container: String
  /// How the container is asked.
  public let options: AzureOptions
  let transport: any HTTPClient
  let signer = AzureSigner()
  /// What to add to this machine's clock for the service's.
  let clockOffset = Mutex(Duration.zero)

  /// Opens a container; nothing is sent.
  /// - Throws: `.unusableURL` when the container's name is none.
  public init(
    container: String, options: AzureOptions, transport: any HTTPClient
  ) throws(ObjectStoreError) {
    guard (1...63).contains(container.utf8.count),
      container.utf8.allSatisfy({
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x24
      })
    else {
      throw ObjectStoreError(
        .unusableURL, url: "azure://\(container)",
        detail: "expected a container's name of small letters, digits and hyphens, found other characters",
        remedy: "write it as azure://account.blob.core.windows.net/container/path")
    }
    self.container = container
    self.options = options
    self.transport = transport
  }

  public var abilities: StoreAbilities {
    [.list, .write, .createOnly, .conditionalWrite, .conditionalRead, .copy, .presign]
  }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    let response = try await exchange(ObjectRequest(.head, key: key))
    return try response.head.objectInfo(of: key, at: url(of: key))
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let asked = try await withoutSuffix(options, key)
    var request = ObjectRequest(.get, key: key)
    try request.headers.ask(for: asked, of: url(of: key))
    let response = try await exchange(request) { head throws(ObjectStoreError) in
      let info = try head.objectInfo(of: key, at: self.url(of: key))
      try head.check(info, against: asked, at: self.url(of: key))
      return .sink(sink, describing: info)
    }
    return try response.head.objectInfo(of: key, at: url(of: key))
  }

  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try check(key)
    if source.byteCount > self.options.blockThreshold {
      return try await putInBlocks(key, from: source, options: options)
    }
    var request = ObjectRequest(.put, key: key, body: source)
    request.headers["x-ms-blob-type"] = "BlockBlob"
    request.headers["x-ms-blob-content-type"] = options.contentType
    request.set(options)
    let response = try await writing(options) { () async throws(ObjectStoreError) in
      try await exchange(request)
    }
    return ObjectInfo(key: key, byteCount: source.byteCount, entityTag: response.head.headers["ETag"])
  }

  public func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    do throws(ObjectStoreError) {
      _ = try await exchange(ObjectRequest(.delete, key: key))
    } catch {
      // A missing container is an error all the same.
      guard error.code == .notFound, !error.detail.contains("ContainerNotFound") else { throw error }
    }
  }

  /// The service knows no ranges from the end: the size is asked for first, and that version read.
  private func withoutSuffix(
    _ options: GetOptions, _ key: ObjectKey
  ) async throws(ObjectStoreError) -> GetOptions {
    guard case .suffix = options.range else { return options }
    let info = try await head(key)
    let range = try options.resolvedRange(of: info, url: url(of: key))
    return GetOptions(range: .bytes(range), ifMatch: info.entityTag)
  }

  /// Refuses names that the service's XML can't hold.
  private func check(_ key: ObjectKey) throws(ObjectStoreError) {
    guard !key.text.unicodeScalars.contains(where: { $0.value == 0xFFFE || $0.value == 0xFFFF }) else {
      throw ObjectStoreError(
        .unusableKey, url: url(of: key), detail: "expected characters that XML allows, found U+FFFE or U+FFFF",
        remedy: "name the object otherwise")
    }
  }

  /// The object's address in messages.
  func url(of key: ObjectKey?) -> String {
    "\(options.endpoint.appending(path: container))" + (key.map { "/" + $0.text } ?? "")
  }
}
