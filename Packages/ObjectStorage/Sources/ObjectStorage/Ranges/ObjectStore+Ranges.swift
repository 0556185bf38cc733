public import BinaryIO

extension ObjectStore {
  /// Reads several ranges of an object, each into its own sink, near ones by one request.
  ///
  /// All bytes are of one version: the first answer's entity tag is a condition of the other requests. Where a
  /// store has no tags, an object that is replaced meanwhile is not noticed. Memory: none but the sinks'.
  /// - Parameter ranges: inside the object; they may overlap, empty ones bring nothing.
  /// - Parameter sinks: one for each range.
  /// - Parameter gap: the most bytes between two ranges that are read along instead of asking twice.
  /// - Parameter window: requests at once.
  /// - Returns: the whole object's description; nil when every range is empty, so nothing was asked.
  /// - Throws: `.rangeNotSatisfiable` when a range reaches past the object's end; what `get` throws.
  @discardableResult
  public func get(
    _ key: ObjectKey, ranges: [Range<Int>], ifMatch: String? = nil, into sinks: [any ByteSink],
    joiningGapsUpTo gap: ByteCount = .kilobytes(256), window: Int = 8
  ) async throws(ObjectStoreError) -> ObjectInfo? {
    guard ranges.count == sinks.count, ranges.allSatisfy({ $0.lowerBound >= 0 }) else {
      throw ObjectStoreError(
        .misconfigured, url: key.text,
        detail: "expected a sink for each of \(ranges.count) ranges from 0 on, found \(sinks.count) sinks")
    }
    let plan = RangePlan(ranges, joiningGapsUpTo: gap.value)
    guard let first = plan.fetches.first else { return nil }
    let info = try await get(key, first, of: plan, ifMatch: ifMatch, into: sinks)
    let rest = plan.fetches.dropFirst()
    _ = try await concurrently(rest.count, window: window) { index throws(ObjectStoreError) in
      try await self.get(
        key, rest[rest.startIndex + index], of: plan, ifMatch: ifMatch ?? info.entityTag, into: sinks)
    }
    return info
  }

  private func get(
    _ key: ObjectKey, _ fetch: RangePlan.Fetch, of plan: RangePlan, ifMatch: String?,
    into sinks: [any ByteSink]
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let sink = ScatteringSink(fetch, of: plan, into: sinks)
    let info = try await get(
      key, options: GetOptions(range: .bytes(fetch.range), ifMatch: ifMatch), into: sink)
    guard sink.receivedByteCount == fetch.range.count else {
      throw ObjectStoreError(
        .rangeNotSatisfiable, url: key.text,
        detail: "expected bytes \(fetch.range) of \(info.byteCount), found \(sink.receivedByteCount) of them")
    }
    return info
  }
}
