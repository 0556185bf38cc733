/// The part of a store below a prefix, as a store of its own: its keys are relative to the prefix.
public struct PrefixedStore: StoreWrapper {
  public let base: any ObjectStore
  private let prefix: String

  /// Narrows a store.
  /// - Parameter prefix: a path within `base`, with or without a slash at its end; `""` changes nothing.
  public init(_ base: any ObjectStore, prefix: String) {
    self.base = base
    self.prefix = prefix.isEmpty || prefix.hasSuffix("/") ? prefix : prefix + "/"
  }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    relative(try await base.head(try absolute(key)), to: key)
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let full = try absolute(key)
    do throws(ObjectStoreError) {
      return relative(try await base.get(full, options: options, into: sink), to: key)
    } catch {
      throw error.partial.map { error.carrying(partial: relative($0, to: key)) } ?? error
    }
  }

  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    relative(try await base.list(self.prefix + prefix, delimiter: delimiter, after: token))
  }

  public func list(
    _ prefix: String, delimiter: String?, startingAfter start: ObjectKey, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    relative(
      try await base.list(
        self.prefix + prefix, delimiter: delimiter, startingAfter: try absolute(start), after: token))
  }

  private func relative(_ page: ListPage) -> ListPage {
    var page = page
    var objects: [ObjectInfo] = []
    objects.reserveCapacity(page.objects.count)
    for info in page.objects {
      // The prefix itself as an object (a console's folder mark) has no name here.
      guard let rest = relative(info.key.text), let key = try? ObjectKey(parsing: rest)
      else {
        page.unusableKeyCount += 1
        continue
      }
      objects.append(relative(info, to: key))
    }
    page.objects = objects
    page.prefixes = page.prefixes.compactMap { relative($0) }
    return page
  }

  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    relative(try await base.put(try absolute(key), from: source, options: options), to: key)
  }

  public func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    try await base.delete(try absolute(key))
  }

  public func copy(
    _ source: ObjectKey, to target: ObjectKey, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    relative(
      try await base.copy(try absolute(source), to: try absolute(target), options: options), to: target)
  }

  public func delete(_ keys: [ObjectKey]) async -> [ObjectKey: ObjectStoreError] {
    var names: [ObjectKey: ObjectKey] = [:]
    var failures: [ObjectKey: ObjectStoreError] = [:]
    for key in keys {
      do throws(ObjectStoreError) { names[try absolute(key)] = key } catch { failures[key] = error }
    }
    for (full, error) in await base.delete(Array(names.keys)) {
      if let key = names[full] { failures[key] = error }
    }
    return failures
  }

  public func presignedURL(
    for use: PresignedURL.Use, _ key: ObjectKey, lifetime: Duration
  ) async throws(ObjectStoreError) -> PresignedURL {
    try await base.presignedURL(for: use, try absolute(key), lifetime: lifetime)
  }

  private func absolute(_ key: ObjectKey) throws(ObjectStoreError) -> ObjectKey {
    prefix.isEmpty ? key : try ObjectKey(parsing: prefix + key.text)
  }

  /// The name below the prefix; nil for one that is not below.
  private func relative(_ text: String) -> String? {
    text.startsWithBytes(prefix) ? String(Substring(text.utf8.dropFirst(prefix.utf8.count))) : nil
  }

  private func relative(_ info: ObjectInfo, to key: ObjectKey) -> ObjectInfo {
    var info = info
    info.key = key
    return info
  }
}
