extension RunOrder {
  /// The plan that ``nextPlan()`` would give now, without moving on.
  ///
  /// To be worked out with ``EpochPlan/prepare(rank:)`` on another thread while this epoch is read, and then handed back
  /// with ``adopt(_:)``.
  /// - Throws: ``ConfigurationError`` as ``nextPlan()``, but for a fingerprint, which is compared there.
  public func upcomingPlan() throws(ConfigurationError) -> EpochPlan {
    var copy = self
    return try copy.plan()
  }

  /// Lets the next epoch use a plan made ahead, with what it has worked out already.
  ///
  /// Only a plan that is exactly the one ``nextPlan()`` would make is used: after a state was loaded meanwhile, or for
  /// another epoch, shape, world or setting, it is dropped there and the epoch planned anew.
  public mutating func adopt(_ plan: EpochPlan) { upcoming = plan }

  /// The next epoch's plan: the adopted one where it fits.
  mutating func plan() throws(ConfigurationError) -> EpochPlan {
    let start = resume(presuming: nextEpoch)
    let position = EpochPosition(
      epoch: start.epoch, sampleInEpoch: start.sampleInEpoch, initialNodes: initialNodes)
    if let upcoming, upcoming.position == position, upcoming.world == world, upcoming.weights == weights,
      upcoming.options == options.inForce(for: groups, epochSize: weights.epochSize), upcoming.shape == shape
    {
      return upcoming
    }
    return try EpochPlan(shape: shape, options: options, world: world, from: position, weights: weights, archive: archive)
  }
}

extension EpochPlan {
  /// Whether both are copies of one plan, which share what they have worked out.
  package func isCopy(of other: EpochPlan) -> Bool { store === other.store }
}
