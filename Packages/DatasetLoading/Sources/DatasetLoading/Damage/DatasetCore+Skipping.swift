import Logging
import ObjectStorage
import SampleOrder
import ShardCaching
import ShardFormats
import Synchronization

/// Shards that are left out, by their number over all streams.
final class SkippedShards: Sendable {
  private let shards = Mutex<[Int: SkippedShard]>([:])
  private let areAny = Atomic<Bool>(false)
  let logger = Logger(label: "streaming.dataset")

  var isEmpty: Bool { !areAny.load(ordering: .acquiring) }
  var all: [SkippedShard] { shards.withLock { $0.sorted { $0.key < $1.key }.map(\.value) } }
  var numbers: [Int] { shards.withLock { $0.keys.sorted() } }
  func contains(_ shard: Int) -> Bool { !isEmpty && shards.withLock { $0[shard] != nil } }

  /// - Returns: false, without effect, when there would be more than `limit`.
  func add(_ number: Int, _ shard: SkippedShard, limit: Int) -> Bool {
    let isNew: Bool? = shards.withLock { shards in
      if shards[number] != nil { return false }
      guard shards.count < limit else { return nil }
      shards[number] = shard
      return true
    }
    guard let isNew else { return false }
    areAny.store(true, ordering: .releasing)
    if isNew {
      logger.warning(
        "damaged shard left out",
        metadata: [
          "stream": "\(shard.stream)", "shard": "\(shard.shard)", "samples": "\(shard.sampleCount)",
          "reason": "\(shard.reason.map { "\($0)" } ?? "the state that the run resumed from")",
        ])
    }
    return true
  }
}

extension DatasetCore {
  /// Leaves a shard out from now on, if it is damaged for good and the options say so.
  func skip(_ number: Int, for error: LoadingError) -> Bool {
    guard case .skip(let limit) = options.damagedShards, error.isLastingDamage else { return false }
    return skip(number, reason: error, limit: limit)
  }

  /// Leaves out the shards that a state names.
  /// - Throws: ``LoadingError`` `.configuration` for one that there is not.
  func skip(_ numbers: [Int]) throws(LoadingError) {
    for number in numbers {
      guard (0..<shape.shardCount).contains(number) else {
        throw LoadingError(
          .configuration, expected: "skipped shards of 0..<\(shape.shardCount)", found: "\(number)",
          remedy: "resume with the data set that the state is from")
      }
      _ = skip(number, reason: nil, limit: .max)
    }
  }

  private func skip(_ number: Int, reason: LoadingError?, limit: Int) -> Bool {
    let (stream, shard) = place(of: number)
    return skipped.add(
      number,
      SkippedShard(
        stream: stream, shard: shard, sampleCount: streams[stream].index.shards.sampleCounts[shard], reason: reason),
      limit: limit)
  }

  /// A batch's plan without the samples of shards that are left out.
  func withoutSkipped(_ plan: PlannedBatch) -> PlannedBatch {
    if skipped.isEmpty { return plan }
    var kept = PlannedBatch()
    kept.index = plan.index
    kept.deliveredSampleCount = plan.deliveredSampleCount
    var places: [UInt32?] = []
    for shard in plan.shards {
      let isSkipped = skipped.contains(shard)
      places.append(isSkipped ? nil : UInt32(truncatingIfNeeded: kept.shards.count))
      if !isSkipped { kept.shards.append(shard) }
    }
    for row in plan.rows.indices {
      guard let place = places[Int(plan.shardPlaces[row])] else { continue }
      kept.sampleIDs.append(plan.sampleIDs[row])
      kept.shardPlaces.append(place)
      kept.rows.append(plan.rows[row])
    }
    return kept
  }
}

extension LoadingError {
  /// Whether a shard is wrong where it comes from: every rank and every later try finds the same.
  fileprivate var isLastingDamage: Bool {
    guard code == .shard else { return false }
    switch cause {
    case is ShardError: return true
    case let error as CacheError:
      switch error.code {
      case .wrongSize, .wrongHash, .undecodable, .missing: return true
      case .store:
        guard let store = error.cause as? ObjectStoreError else { return false }
        // More or fewer bytes than the index tells is damage, whoever notices it first.
        return store.code == .notFound || store.code == .tooLarge
      default: return false
      }
    default: return false
    }
  }
}
