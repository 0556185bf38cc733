/// Where in a run an epoch's plan starts.
public struct EpochPosition: Sendable, Hashable {
  /// The epoch's number, from 0; part of most seeds.
  public var epoch: Int
  /// Samples of the epoch that all ranks together have seen already.
  public var sampleInEpoch: Int
  /// Nodes at the start of the run, for a resumed one; nil at a first start.
  public var initialNodes: Int?

  public init(epoch: Int = 0, sampleInEpoch: Int = 0, initialNodes: Int? = nil) {
    self.epoch = epoch
    self.sampleInEpoch = sampleInEpoch
    self.initialNodes = initialNodes
  }

  /// The start of the first epoch.
  public static let start = EpochPosition()
}
