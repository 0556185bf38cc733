/// The part of a store below a prefix, as a store of its own: its keys are relative to the prefix.
public struct PrefixedStore: ObjectStore {
  private let base: any ObjectStore
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
    var page = try await base.list(self.prefix + prefix, delimiter: delimiter, after: token)
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
