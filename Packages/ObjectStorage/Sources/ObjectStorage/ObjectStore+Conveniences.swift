public import BinaryIO

extension ObjectStore {
  /// Writes a whole object's bytes into `sink`.
  @discardableResult
  public func get(_ key: ObjectKey, into sink: any ByteSink) async throws(ObjectStoreError) -> ObjectInfo {
    try await get(key, options: GetOptions(), into: sink)
  }

  /// Reads an object, or a range of it, into memory.
  /// - Parameter limit: the most bytes to accept.
  /// - Throws: `.tooLarge` when there are more; what ``get(_:options:into:)`` throws.
  public func bytes(
    of key: ObjectKey, range: ByteRange? = nil, limit: ByteCount
  ) async throws(ObjectStoreError) -> [UInt8] {
    let sink = MemorySink(limit: limit)
    _ = try await get(key, options: GetOptions(range: range), into: sink)
    return sink.takeBytes()
  }

  /// Downloads an object into a new file, which must not exist; what is there after an error is incomplete.
  @discardableResult
  public func download(
    _ key: ObjectKey, to path: String, options: GetOptions = GetOptions()
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try await get(key, options: options, into: try FileSink(creating: path))
  }

  /// Stores bytes under `key`.
  @discardableResult
  public func put(
    _ key: ObjectKey, bytes: [UInt8], options: PutOptions = PutOptions()
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try await put(key, from: MemorySource(bytes), options: options)
  }

  /// Stores a file's bytes under `key`.
  @discardableResult
  public func upload(
    _ path: String, to key: ObjectKey, options: PutOptions = PutOptions()
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try await put(key, from: try FileSource(path), options: options)
  }

  /// Whether there is such an object.
  public func contains(_ key: ObjectKey) async throws(ObjectStoreError) -> Bool {
    do throws(ObjectStoreError) {
      _ = try await head(key)
      return true
    } catch {
      if error.code == .notFound { return false }
      throw error
    }
  }

  /// Lists every object whose key starts with `prefix`, page by page.
  ///
  /// Memory is proportional to the number of objects: about 100 bytes and the key each.
  /// - Throws: `.unusableAnswer` when a service hands out the same page twice; what
  ///   ``list(_:delimiter:after:)`` throws.
  public func allObjects(withPrefix prefix: String = "") async throws(ObjectStoreError) -> [ObjectInfo] {
    var objects: [ObjectInfo] = []
    var token: String?
    repeat {
      let page = try await list(prefix, delimiter: nil, after: token)
      objects += page.objects
      if let next = page.nextToken, let token, next.utf8.elementsEqual(token.utf8) {
        throw ObjectStoreError(
          .unusableAnswer, url: prefix, detail: "expected a new continuation token, found the same one again",
          remedy: "report this to the service's operator")
      }
      token = page.nextToken
    } while token != nil
    return objects
  }
}
