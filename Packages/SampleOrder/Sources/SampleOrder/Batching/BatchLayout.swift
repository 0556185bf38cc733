/// Where each slot of each global batch of an epoch comes from: which source, and which position of it.
///
/// A source is a stream, or all of them together under `random` batching. A global batch goes through the devices
/// (nodes, then ranks), then through the slots of each. Everything is counted from the start of the planned part.
protocol BatchLayout: Sendable {
  /// Global batches in all, padding included: a multiple of the workers per rank.
  var globalBatchCount: Int { get }
  /// Global batches in which a device has at least one sample; they come first.
  func deliveredBatchCount(device: Int) -> Int
  /// Appends the position in its source of each slot of a device's part of a global batch, -1 for padding.
  func appendPositions(batch: Int, device: Int, to out: inout OutputSpan<Int64>, runs: inout SourceRuns)
  /// The positions of a device's parts of the first of some global batches, where these are whole batches of equally
  /// spaced positions of one canonical node of the first source; nil where they are not.
  func evenPositions(batches: Range<Int>, device: Int) -> PositionRun?
}

extension BatchLayout {
  func evenPositions(batches: Range<Int>, device: Int) -> PositionRun? { nil }
}

/// How many positions in a row are of the same source.
struct SourceRuns: Sendable {
  private(set) var runs: [(source: Int, count: Int)] = []

  mutating func append(source: Int, count: Int) {
    if let last = runs.last, last.source == source {
      runs[runs.count - 1].count += count
    } else if count > 0 {
      runs.append((source, count))
    }
  }
}

extension OutputSpan<Int64> {
  mutating func appendPadding(count: Int, runs: inout SourceRuns) {
    for _ in 0..<count { append(-1) }
    runs.append(source: 0, count: count)
  }

  /// Moves the padding among the elements from `start` on behind the others.
  mutating func movePaddingToEnd(from start: Int) {
    var elements = mutableSpan
    var end = start
    for index in start..<elements.count where elements[index] >= 0 {
      elements.swapAt(index, end)
      end += 1
    }
  }
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
