/// Where in the run a batch lies; what a checkpoint taken after it has to know.
public struct BatchPosition: Sendable, Hashable {
  /// The epoch, from 0.
  public var epoch: Int
  /// The number of this batch within its epoch, from 0, counted from the epoch's start also after a resume.
  public var batch: Int
  /// Samples of this epoch that the consumer has once it holds this batch, over all ranks, as upstream counts
  /// them.
  public var deliveredSampleCount: Int
  /// Where within its samples a source stands that packs them into rows; nil for others.
  public var packed: Packed?

  /// A place within the samples of a rank.
  public struct Packed: Sendable, Hashable {
    /// Samples delivered whole.
    public var sampleCount: Int
    /// Elements of the next one that were delivered.
    public var elementCount: Int

    public init(sampleCount: Int, elementCount: Int) {
      self.sampleCount = sampleCount
      self.elementCount = elementCount
    }
  }

  public init(epoch: Int, batch: Int, deliveredSampleCount: Int) {
    self.epoch = epoch
    self.batch = batch
    self.deliveredSampleCount = deliveredSampleCount
  }
}
