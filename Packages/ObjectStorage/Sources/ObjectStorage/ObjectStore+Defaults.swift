extension ObjectStore {
  /// Throws `.unsupported`: this store can't be listed.
  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    throw unsupported("list", of: prefix)
  }

  /// Throws `.unsupported`: this store can't be written.
  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    throw unsupported("put", of: key.text)
  }

  /// Throws `.unsupported`: this store can't be written.
  public func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    throw unsupported("delete", of: key.text)
  }

  /// No promise.
  public var abilities: StoreAbilities { [] }

  public func list(
    _ prefix: String, delimiter: String?, startingAfter start: ObjectKey, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    var page = try await list(prefix, delimiter: delimiter, after: token)
    page.objects.removeAll { $0.key <= start }
    // A prefix is left out when no key below it can come after `start`.
    page.prefixes.removeAll { prefix in
      !start.text.utf8.lexicographicallyPrecedes(prefix.utf8) && !start.text.startsWithBytes(prefix)
    }
    return page
  }

  /// Throws `.unsupported`: reading and writing again is the caller's decision.
  public func copy(
    _ source: ObjectKey, to target: ObjectKey, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    throw unsupported("copy", of: source.text)
  }

  public func delete(_ keys: [ObjectKey]) async -> [ObjectKey: ObjectStoreError] {
    let failures = await outcomes(of: keys.count, window: 16) { index throws(ObjectStoreError) in
      try await self.delete(keys[index])
    }
    var failed: [ObjectKey: ObjectStoreError] = [:]
    for (key, outcome) in zip(keys, failures) {
      if case .failure(let error) = outcome { failed[key] = error }
    }
    return failed
  }

  /// Throws `.unsupported`: this store has no such URLs.
  public func presignedURL(
    for use: PresignedURL.Use, _ key: ObjectKey, lifetime: Duration
  ) async throws(ObjectStoreError) -> PresignedURL {
    throw unsupported("presignedURL", of: key.text)
  }

  /// The type's name, nothing else.
  public func diagnose() async -> StoreDiagnosis { StoreDiagnosis(service: "\(Self.self)") }

  private func unsupported(_ operation: String, of name: String) -> ObjectStoreError {
    ObjectStoreError(
      .unsupported, url: name, detail: "\(Self.self) has no `\(operation)`",
      remedy: "use a store that has it, or give this one a `\(operation)` method")
  }
}
