/// Sorts samples by position where about one falls in each whole number: a counting sort by the half position, then
/// insertion. Stable, where numpy's default sort leaves the order of equal positions to the CPU.
struct PositionSorter<Index: SampleIndex>: Sendable {
  private var positions: [Double] = []
  private var ids: [Index] = []
  private var starts: [Int32] = []
  private var sortedPositions: [Double] = []

  /// Takes elements to be sorted, the first of them at place `start`.
  mutating func load(_ newPositions: Span<Double>, _ newIds: Span<Index>, at start: Int) {
    let end = start + newPositions.count
    if positions.count < end {
      positions.append(contentsOf: repeatElement(0, count: end - positions.count))
      ids.append(contentsOf: repeatElement(0, count: end - ids.count))
    }
    for index in newPositions.indices {
      positions[start + index] = newPositions[index]
      ids[start + index] = newIds[index]
    }
  }

  /// The first `count` loaded ids, by position; all positions lie in `base` ..< `base` + `width`.
  mutating func sorted(count: Int, from base: Double, width: Int) -> [Index] {
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
