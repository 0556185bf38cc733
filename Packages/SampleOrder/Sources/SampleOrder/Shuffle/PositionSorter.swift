/// Samples with the positions that they moved to, all within one bucket.
struct LoadedBucket<Index: SampleIndex>: Sendable {
  /// Where the bucket begins in the epoch, and how many elements it has; the arrays may be longer.
  var start = 0
  var count = 0
  /// The lower bound of the positions.
  var base = 0.0
  fileprivate var positions: [Double] = []
  fileprivate var ids: [Index] = []

  /// Takes more elements.
  mutating func load(_ newPositions: Span<Double>, _ newIds: Span<Index>) {
    let end = count + newPositions.count
    if positions.count < end {
      positions.append(contentsOf: repeatElement(0, count: end - positions.count))
      ids.append(contentsOf: repeatElement(0, count: end - ids.count))
    }
    for index in newPositions.indices {
      positions[count + index] = newPositions[index]
      ids[count + index] = newIds[index]
    }
    count = end
  }
}

/// Sorts samples by position where about one falls in each whole number: a counting sort by the half position, then
/// insertion. Stable, where numpy's default sort leaves the order of equal positions to the CPU.
struct PositionSorter<Index: SampleIndex>: Sendable {
  private var starts: [Int32] = []
  private var sortedPositions: [Double] = []

  /// The ids of a bucket by position; all positions lie in its `base` ..< `base` + `width`.
  mutating func sorted(_ bucket: LoadedBucket<Index>, width: Int) -> [Index] {
    let (count, base) = (bucket.count, bucket.base)
    let positions = bucket.positions.span
    let ids = bucket.ids.span
    let cells = 2 * width
    starts.removeAll(keepingCapacity: true)
    starts.append(contentsOf: repeatElement(0, count: cells + 1))
    if sortedPositions.count < count {
      sortedPositions.append(contentsOf: repeatElement(0, count: count - sortedPositions.count))
    }
    // A difference from a lower bound of the same magnitude is exact, and so is doubling it.
    for index in 0..<count { starts[Int((positions[index] - base) * 2) + 1] += 1 }
    var sum: Int32 = 0
    for cell in 1...cells {
      sum += starts[cell]
      starts[cell] = sum
    }
    var result = [Index](repeating: 0, count: count)
    for index in 0..<count {
      let position = positions[index]
      let cell = Int((position - base) * 2)
      let place = Int(starts[cell])
      starts[cell] += 1
      sortedPositions[place] = position
      result[place] = ids[index]
    }
    var index = 1
    while index < count {
      let position = sortedPositions[index]
      if sortedPositions[index - 1] > position {
        let id = result[index]
        var place = index
        while place > 0, sortedPositions[place - 1] > position {
          sortedPositions[place] = sortedPositions[place - 1]
          result[place] = result[place - 1]
          place -= 1
        }
        sortedPositions[place] = position
        result[place] = id
      }
      index += 1
    }
    return result
  }
}
