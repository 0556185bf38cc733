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
    try await concurrently(ranges.count, window: atOnce) { index throws(ObjectStoreError) in
      var plan = RetryPlan(policy)
      while true {
        let failure: ObjectStoreError
        do throws(ObjectStoreError) {
          return try await send(index, ranges[index])
        } catch {
          failure = error
        }
        guard await plan.waits(after: failure) else { throw failure }
      }
    }
  }
}
