/// The moments of one batch, in nanoseconds since its loader began.
///
/// Each stage ends where the next one begins; a stage that the batch did not go through is empty.
struct BatchTimeline: Sendable, Hashable {
  /// Its samples are known: the end of planning.
  var planned: Int64 = 0
  /// The last shard that it waited for had come from the store.
  var downloaded: Int64 = 0
  /// The last shard was open.
  var ready: Int64 = 0
  /// What the thread that took it had been busy with until then.
  var queuedBehind = LoadingStage.decode
  var started: Int64 = 0
  var decoded: Int64 = 0
  /// The end of the transform.
  var finished: Int64 = 0
  /// The loader thread that assembled it.
  var thread = 0
  /// When the consumer had the batch before, when it asked for this one and when it had it.
  var released: Int64 = 0
  var asked: Int64 = 0
  var delivered: Int64 = 0

  /// Where the time from the batch before to this one went. The parts add up to `delivered - released`.
  ///
  /// The time until the consumer asked is its own; the rest belongs to what the batch was going through meanwhile.
  func addStages(to times: inout StageTimes) {
    forEachPart { stage, from, to in times[stage] += to - from }
  }

  /// Calls `body` with each part of the time from the batch before to this one, in order.
  func forEachPart(_ body: (LoadingStage, _ from: Int64, _ to: Int64) -> Void) {
    var from = released
    func until(_ moment: Int64, _ stage: LoadingStage) {
      let to = min(moment, delivered)
      guard to > from else { return }
      body(stage, from, to)
      from = to
    }
    until(asked, .consumer)
    until(planned, .plan)
    until(downloaded, .download)
    until(ready, .decompress)
    until(started, queuedBehind)
    until(decoded, .decode)
    until(finished, .transform)
    // Done, and not yet taken: a thread or task that wakes up late.
    until(delivered, .consumer)
  }
}

/// The moments of one shard that a batch waited for, in nanoseconds since the loader began.
struct ShardTimeline: Sendable, Hashable {
  let shard: Int
  /// Nil when it was in the cache.
  var fetchStarted: Int64?
  /// The end of its transfer.
  var downloaded: Int64?
  /// Bytes that were fetched.
  var byteCount = 0
  var openStarted: Int64 = 0
  var opened: Int64 = 0
  var thread = 0
}
