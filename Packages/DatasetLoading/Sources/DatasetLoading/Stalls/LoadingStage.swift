/// A place where a batch's time goes, from the plan to the consumer.
public enum LoadingStage: Int, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// Working out which samples the batch has.
  case plan
  /// Shards on their way from the store, queueing for it included.
  case download
  /// Shards that are here and must be decompressed, checked and opened.
  case decompress
  /// Reading values and copying them into the batch.
  case decode
  /// The user's transform.
  case transform
  /// The batch was there, or the consumer did not ask for it.
  case consumer

  public var description: String {
    switch self {
    case .plan: "plan"
    case .download: "download"
    case .decompress: "decompress"
    case .decode: "decode"
    case .transform: "transform"
    case .consumer: "consumer"
    }
  }
}

/// A time for each stage, in nanoseconds.
struct StageTimes: Sendable, Hashable {
  private var times: [Int64] = Array(repeating: 0, count: LoadingStage.allCases.count)

  subscript(stage: LoadingStage) -> Int64 {
    get { times[stage.rawValue] }
    set { times[stage.rawValue] = newValue }
  }

  var sum: Int64 { times.reduce(0, &+) }
}
