extension EpochPlan {
  /// Samples that all ranks together receive for each one of a rank's, those of replicas counted once.
  package var ranksWithOwnSamples: Int { groups.ranks }

  /// The state after a rank's first `batches` batches have been delivered to the caller.
  ///
  /// All ranks are taken to be equally far, as upstream does. The start of the plan counts, so that a state taken from
  /// a resumed epoch continues it.
  public func state(afterBatches batches: Int, rank: Int) -> CheckpointState {
    state(afterSamples: sampleCount(rank: rank, batches: batches))
  }

  /// The state after each rank has received `samples` samples of the plan.
  public func state(afterSamples samples: Int) -> CheckpointState {
    CheckpointState(
      epoch: position.epoch, sampleInEpoch: position.sampleInEpoch + samples * groups.ranks,
      canonicalNodes: options.canonicalNodes ?? groups.nodes, seed: options.seed,
      initialNodes: position.initialNodes ?? groups.nodes, fingerprint: fingerprint)
  }
}
