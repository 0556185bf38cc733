/// Where each slot of each global batch of an epoch comes from: which source, and which position of it.
///
/// A source is a stream, or all of them together under `random` batching. A global batch goes through the devices
/// (nodes, then ranks), then through the slots of each. Everything is counted from the start of the planned part.
protocol BatchLayout: Sendable {
  /// Global batches in all, padding included: a multiple of the workers per rank.
  var globalBatchCount: Int { get }
  /// Global batches in which a device has at least one sample; they come first.
  func deliveredBatchCount(device: Int) -> Int
  /// Calls `body` with source and position of each slot of a device's part of a global batch; position -1 is padding.
  func forEachSlot(batch: Int, device: Int, _ body: (_ source: Int, _ position: Int) -> Void)
}

/// The first number at which a condition that stays true once it is true holds; `range`'s end if nowhere.
func firstIndex(in range: Range<Int>, where isTrue: (Int) -> Bool) -> Int {
  var low = range.lowerBound
  var high = range.upperBound
  while low < high {
    let middle = low + (high - low) / 2
    if isTrue(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}
