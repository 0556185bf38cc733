/// What PyTorch's DataLoader makes of the sequences of a rank's workers: batches of each worker's samples, one batch of
/// each worker in turn, who has none left being passed over.
struct DeliveryOrder {
  private let ids: [Int64]
  private let workers: Int
  private let length: Int

  /// - Parameter shape: (rank, worker of the rank, n) of `ids`, in which -1 is padding.
  init(_ ids: [Int64], shape: [Int]) {
    self.ids = ids
    (workers, length) = (shape[1], shape[2])
  }

  /// The batches that a rank is given.
  func batches(rank: Int, of batchSize: Int) -> [[Int64]] {
    let byWorker = (0..<workers).map { worker in
      let start = (rank * workers + worker) * length
      let samples = ids[start..<start + length].filter { $0 >= 0 }
      return stride(from: 0, to: samples.count, by: batchSize).map { first in
        Array(samples[first..<min(first + batchSize, samples.count)])
      }
    }
    let rounds = byWorker.map(\.count).max() ?? 0
    return (0..<rounds).flatMap { round in byWorker.compactMap { round < $0.count ? $0[round] : nil } }
  }
}
