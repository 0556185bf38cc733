public import CachePlanning
public import SampleOrder

/// What a run is simulated on: every node alike.
public struct SimulatedMachines: Sendable, Hashable {
  /// Bytes that a node downloads per second, over all its ranks.
  public var bytesPerSecond: Double
  /// Seconds that a step takes once its batch is there: forward, backward and the optimiser.
  public var stepTime: Double
  /// Bytes of decompressed shards that a node may keep; nil for no limit.
  public var cacheLimit: Int?
  /// Which shard goes when the cache is full.
  public var policy: EvictionPolicy
  /// Samples of a rank that shards are fetched ahead for. Nil: 8 batches, at least 64 samples, as upstream.
  public var predownload: Int?

  /// - Throws: `ConfigurationError` `.outOfRange` for a rate that is not above 0, a time below 0, numbers that are not finite.
  public init(
    bytesPerSecond: Double, stepTime: Double, cacheLimit: Int? = nil, policy: EvictionPolicy = .clairvoyant,
    predownload: Int? = nil
  ) throws(ConfigurationError) {
    guard bytesPerSecond > 0, bytesPerSecond.isFinite else {
      throw Self.outOfRange("bandwidth", expected: "a rate above 0 bytes a second", found: bytesPerSecond)
    }
    guard stepTime >= 0, stepTime.isFinite else {
      throw Self.outOfRange("step time", expected: "0 seconds or more", found: stepTime)
    }
    self.bytesPerSecond = bytesPerSecond
    self.stepTime = stepTime
    self.cacheLimit = cacheLimit
    self.policy = policy
    self.predownload = predownload
  }

  private static func outOfRange(_ name: String, expected: String, found: Double) -> ConfigurationError {
    ConfigurationError(.outOfRange, parameter: name, expected: expected, found: "\(found)", remedy: "Give \(expected)")
  }
}

/// How a simulated epoch went.
public struct SimulatedEpoch: Sendable, Hashable {
  public let epoch: Int
  /// Steps of the run: batches of each rank.
  public var stepCount = 0
  /// Samples that all ranks together received, repeats that fill up the last batches included.
  public var sampleCount = 0
  /// Seconds from the epoch's start to the end of its last step.
  public var duration = 0.0
  /// Seconds of it in which the ranks waited for shards; the slowest node sets each step's start.
  public var waiting = 0.0
  /// Seconds until the first batch was there.
  public var firstBatch = 0.0
  /// Bytes that all nodes downloaded.
  public var downloadedByteCount = 0
  /// Shards that all nodes downloaded, each counted as often as it came.
  public var downloadCount = 0

  /// Samples per second of the whole run.
  public var samplesPerSecond: Double { duration > 0 ? Double(sampleCount) / duration : 0 }
}
