import BinaryIO
import CloudAuth
public import HTTPTransport
public import ObjectStorage

/// Files of Unity Catalog's volumes, below `/Volumes`, by Databricks' Files API.
///
/// The size is looked up after each upload: an upload that ended well and left a shorter file is an error here.
/// The API has no conditions and no entity tags: a replaced file is noticed by its time of change alone, and
/// create-only writes are decided by the service's `overwrite=false`. Requests are not repeated here: wrap it in
/// ``RetryingStore``.
public final class DatabricksStore: ObjectStore {
  /// Where the workspace is, and the token.
  public let options: DatabricksOptions
  let transport: any HTTPClient

  /// Opens a workspace's volumes; nothing is sent.
  public init(options: DatabricksOptions, transport: any HTTPClient) {
    self.options = options
    self.transport = transport
  }

  public var abilities: StoreAbilities { [.list, .write, .createOnly] }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    let response = try await exchange(.head, try path(of: key), key.text)
    return try info(response.head, key)
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var headers = HTTPHeaders()
    try headers.ask(for: GetOptions(range: options.range), of: url(key.text))
    let response = try await exchange(.get, try path(of: key), key.text, headers: headers) {
      head throws(ObjectStoreError) in
      let info = try self.info(head, key)
      try head.check(info, against: options, at: self.url(key.text))
      return .sink(sink, describing: info)
    }
    return try info(response.head, key)
  }

  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    guard options.ifMatch == nil else {
      throw ObjectStoreError(
        .unsupported, url: url(key.text), detail: "the Files API has no writes of a known version",
        remedy: "write without the condition")
    }
    _ = try await exchange(
      .put, try path(of: key), key.text, query: "overwrite=\(options.createOnly ? "false" : "true")",
      headers: ["Content-Type": "application/octet-stream"], body: source)
    let info = try await head(key)
    guard info.byteCount == source.byteCount else {
      throw ObjectStoreError(
        .corrupt, url: url(key.text),
        detail: "expected \(source.byteCount) bytes after the upload, found \(info.byteCount)",
        remedy: "upload it again")
    }
    return info
  }

  public func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    do throws(ObjectStoreError) {
      _ = try await exchange(.delete, try path(of: key), key.text)
    } catch {
      guard error.code == .notFound else { throw error }
    }
  }

  /// The service's entity tags would be strong ones; without any, the size and the time of change stand for it.
  private func info(_ head: HTTPResponseHead, _ key: ObjectKey) throws(ObjectStoreError) -> ObjectInfo {
    var info = try head.objectInfo(of: key, at: url(key.text))
    info.entityTag = nil
    return info
  }

  /// - Throws: `.unusableKey` for names that are no file path.
  private func path(of key: ObjectKey) throws(ObjectStoreError) -> String {
    guard key.isFilePath else {
      throw ObjectStoreError(
        .unusableKey, url: url(key.text), detail: "expected a file's path, found an empty part between slashes")
    }
    return "api/2.0/fs/files/Volumes/" + PercentEncoding.encodedPath(key.text)
  }

  /// The file's address in messages.
  func url(_ name: String) -> String { "dbfs:/Volumes/" + name }
}
