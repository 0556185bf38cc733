/// What becomes of a shard that can't be used: its size, hash or structure is wrong, also when it is fetched again, or the
/// store has it no more.
public enum DamagePolicy: Sendable, Hashable {
  /// It is an error in the place of the first batch that needs it.
  case fail
  /// Its samples are left out of their batches, which keep their number and place: they are shorter by them, perhaps empty.
  ///
  /// Every rank finds the same, as all read the same copy; the shards are part of ``Loader/state(after:)``, and a run that
  /// resumes leaves them out from the start. To that end every sample is checked when its shard is opened. More damaged
  /// shards than `atMost` are an error, and a store that does not answer always is.
  case skip(atMost: Int)
}

/// What becomes of a shard whose columns differ from the first shard's.
public enum SchemaPolicy: Sendable, Hashable {
  /// It is an error in the place of the first batch that needs it.
  case fail
  /// It may have other columns, as long as those that a loader delivers are there, of the same type and shape.
  ///
  /// Batches with samples of such shards are read value by value, which is slower.
  case ignoreOthers
}

/// A shard whose samples are left out.
public struct SkippedShard: Sendable {
  /// The stream, counted from 0 in the order given.
  public let stream: Int
  /// The shard, counted within its stream.
  public let shard: Int
  public let sampleCount: Int
  /// What is wrong with it; nil when the state that the run resumed from told to leave it out.
  public let reason: LoadingError?
}
