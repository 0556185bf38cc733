/// What one training process told until it ended.
struct TrainingRecord {
  /// A batch by its epoch and its number in it.
  struct Place: Hashable, Comparable {
    let epoch: Int
    let batch: Int
    static func < (left: Place, right: Place) -> Bool {
      (left.epoch, left.batch) < (right.epoch, right.batch)
    }
  }

  var ending = TrainingProcess.Ending.finished
  /// The sample ids of each batch, in order.
  private(set) var batches: [(place: Place, samples: [Int64])] = []
  private(set) var accuracy: Double?
  /// The final weights' bits.
  private(set) var weights: String?

  mutating func add(_ event: TrainingEvent) {
    switch event {
    case .batch(let epoch, let index, let samples):
      batches.append((Place(epoch: epoch, batch: index), samples))
    case .epoch(_, _, let accuracy): self.accuracy = accuracy
    case .weights(let bits): weights = bits
    }
  }
}
