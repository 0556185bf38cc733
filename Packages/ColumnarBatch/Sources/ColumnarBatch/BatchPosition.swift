/// Where in the run a batch lies; what a checkpoint taken after it has to know.
public struct BatchPosition: Sendable, Hashable {
  /// The epoch, from 0.
  public var epoch: Int
  /// The number of this batch within its epoch, from 0, counted from the epoch's start also after a resume.
  public var batch: Int
  /// Samples of this epoch that the consumer has once it holds this batch, over all ranks, as upstream counts
  /// them.
  public var deliveredSampleCount: Int

  public init(epoch: Int, batch: Int, deliveredSampleCount: Int) {
    self.epoch = epoch
    self.batch = batch
    self.deliveredSampleCount = deliveredSampleCount
  }
}
