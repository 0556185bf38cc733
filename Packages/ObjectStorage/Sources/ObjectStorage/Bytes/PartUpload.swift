/// Sends the parts of one object, several at once.
package enum PartUpload {
  /// Runs `send` for each part. The first failure that stays ends all others.
  /// - Parameter atOnce: parts under way at once.
  /// - Parameter send: called with a part's number, from 0, and its bytes. A failed part is repeated here, as
  ///   `policy` says: a failure that left this function would start all parts again.
  /// - Returns: what `send` gave, in the order of the parts.
  package static func run<Tag: Sendable>(
    _ ranges: [Range<Int>], atOnce: Int, policy: RetryPolicy = RetryPolicy(),
    _ send: @escaping @Sendable (Int, Range<Int>) async throws(ObjectStoreError) -> Tag
  ) async throws(ObjectStoreError) -> [Tag] {
    let result = await withTaskGroup(of: Result<(Int, Tag), ObjectStoreError>.self) { group in
      var tags = [Tag?](repeating: nil, count: ranges.count)
      var next = 0
      func start() {
        let index = next
        next += 1
        group.addTask { await attempt(index, ranges[index], policy, send) }
      }
      while next < min(max(1, atOnce), ranges.count) { start() }
      for await outcome in group {
        switch outcome {
        case .success(let (index, tag)):
          tags[index] = tag
          if next < ranges.count { start() }
        case .failure(let error):
          group.cancelAll()
          return Result<[Tag], ObjectStoreError>.failure(error)
        }
      }
      return .success(tags.compactMap { $0 })
    }
    return try result.get()
  }

  private static func attempt<Tag: Sendable>(
    _ index: Int, _ range: Range<Int>, _ policy: RetryPolicy,
    _ send: @Sendable (Int, Range<Int>) async throws(ObjectStoreError) -> Tag
  ) async -> Result<(Int, Tag), ObjectStoreError> {
    var plan = RetryPlan(policy)
    while true {
      do throws(ObjectStoreError) {
        return .success((index, try await send(index, range)))
      } catch {
        guard await plan.waits(after: error) else { return .failure(error) }
      }
    }
  }
}
