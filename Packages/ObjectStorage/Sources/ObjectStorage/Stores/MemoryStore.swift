import Synchronization

/// Keeps objects in memory: for tests, and as the model that every other store is held to.
public final class MemoryStore: ObjectStore {
  struct Object {
    let bytes: [UInt8]
    let info: ObjectInfo
  }
  struct State {
    var objects: [ObjectKey: Object] = [:]
    var writeCount = 0
  }

  private let state = Mutex(State())
  private let pageLength: Int

  /// Makes a store.
  /// - Parameter objects: what is there at the start.
  /// - Parameter pageLength: objects and prefixes on one page of a listing, ≥ 1.
  public init(_ objects: [ObjectKey: [UInt8]] = [:], pageLength: Int = 1000) {
    self.pageLength = max(1, pageLength)
    state.withLock { state in
      for (key, bytes) in objects { state.store(bytes, under: key) }
    }
  }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    try object(key).info
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let object = try object(key)
    let range = try options.resolvedRange(of: object.info, url: "memory://\(key)")
    try sink.write(object.bytes.span.bytes.extracting(range))
    return object.info
  }

  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let bytes = try source.bytes(at: 0, count: source.byteCount)
    return try state.withLock { state throws(ObjectStoreError) in
      try options.check(against: state.objects[key]?.info, url: "memory://\(key)")
      return state.store(bytes, under: key)
    }
  }

  public func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    state.withLock { state in state.objects[key] = nil }
  }

  public var abilities: StoreAbilities { StoreAbilities.all.subtracting(.presign) }

  public func copy(
    _ source: ObjectKey, to target: ObjectKey, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let object = try object(source)
    return try state.withLock { state throws(ObjectStoreError) in
      try options.check(against: state.objects[target]?.info, url: "memory://\(target)")
      return state.store(object.bytes, under: target)
    }
  }

  public func delete(_ keys: [ObjectKey]) async -> [ObjectKey: ObjectStoreError] {
    state.withLock { state in for key in keys { state.objects[key] = nil } }
    return [:]
  }

  public func diagnose() async -> StoreDiagnosis { StoreDiagnosis(service: "memory of this process") }

  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    let infos = state.withLock { state in state.objects.values.map(\.info) }
    return ListPage(
      folding: infos.sorted { $0.key < $1.key }, prefix: prefix, delimiter: delimiter, after: token,
      pageLength: pageLength)
  }

  private func object(_ key: ObjectKey) throws(ObjectStoreError) -> Object {
    guard let object = state.withLock({ $0.objects[key] }) else {
      throw ObjectStoreError(.notFound, url: "memory://\(key)", remedy: "put the object first")
    }
    return object
  }
}

extension MemoryStore.State {
  @discardableResult
  mutating func store(_ bytes: [UInt8], under key: ObjectKey) -> ObjectInfo {
    writeCount += 1
    let info = ObjectInfo(key: key, byteCount: bytes.count, entityTag: "\"\(writeCount)\"", modified: .now)
    objects[key] = MemoryStore.Object(bytes: bytes, info: info)
    return info
  }
}
