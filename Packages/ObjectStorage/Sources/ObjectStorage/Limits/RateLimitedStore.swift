/// Moves at most so many bytes a second, over all its users.
///
/// A sink is never made to wait: objects are read by successive ranges, each of which is asked for when its bytes are
/// due. That needs a store with conditional reads; another is read whole, after a wait for all of it. Writes are sent at
/// their ``ByteSource/pace``, as the stores of this product do; a store that does not has its next writes wait the longer.
/// Belongs above ``RetryingStore``.
public struct RateLimitedStore: StoreWrapper {
  public let base: any ObjectStore
  private let reading: ByteRateLimit
  private let writing: ByteRateLimit

  /// Wraps a store.
  public init(_ base: any ObjectStore, reading: ByteRateLimit, writing: ByteRateLimit) {
    self.base = base
    self.reading = reading
    self.writing = writing
  }

  /// A quarter of a second's bytes, from 64 KiB to 8 MiB.
  private var pieceByteCount: Int { min(8 << 20, max(64 << 10, reading.bytesPerSecond / 4)) }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    guard base.abilities.contains(.conditionalRead) else {
      let info = try await base.head(key)
      try await reading.take(
        (options.range ?? .from(0)).resolved(in: info.byteCount)?.count ?? 0, for: key.text)
      return try await base.get(key, options: options, into: sink)
    }
    let info = try await base.head(key)
    let wanted = try options.resolvedRange(of: info)
    // An empty object has no range to ask for.
    if wanted.isEmpty { return try await base.get(key, options: options, into: sink) }
    var offset = wanted.lowerBound
    while offset < wanted.upperBound {
      let piece = offset..<min(offset + pieceByteCount, wanted.upperBound)
      try await reading.take(piece.count, for: key.text)
      _ = try await base.get(
        key, options: GetOptions(range: .bytes(piece), ifMatch: info.entityTag), into: sink)
      offset = piece.upperBound
    }
    return info
  }

  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    // For what is owed already.
    try await writing.take(0, for: key.text)
    let pace = SendingPace(writing)
    let info = try await base.put(key, from: PacedSource(base: source, own: pace), options: options)
    // A store that knows no pace has sent them at once: the next write waits for it.
    let unpaced = source.byteCount - pace.takenByteCount
    if unpaced > 0 { _ = writing.take(unpaced) }
    return info
  }
}
