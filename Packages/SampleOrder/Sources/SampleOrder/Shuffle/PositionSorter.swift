/// Samples within one bucket, in the order in which they were filed.
struct LoadedBucket<Entry: SampleEntry>: Sendable {
  /// The bucket's number in its canonical node.
  var number = 0
  /// Where the bucket begins in the epoch, and how many elements it has; the array may be longer.
  var start = 0
  var count = 0
  fileprivate var entries: [Entry] = []

  /// Takes more elements.
  mutating func load(_ newEntries: Span<Entry>) {
    let end = count + newEntries.count
    if entries.count < end { entries.append(contentsOf: repeatElement(0, count: end - entries.count)) }
    let filled = count
    var all = entries.mutableSpan
    var part = all._mutatingExtracting(filled..<end)
    for index in part.indices { part[unchecked: index] = newEntries[unchecked: index] }
    count = end
  }
}

/// Sorts samples by key where about one falls in each whole position: a counting sort by the half position, then
/// insertion. Stable, where numpy's default sort leaves the order of equal positions to the CPU.
struct PositionSorter<Index: SampleIndex, Entry: SampleEntry>: Sendable {
  private var starts: [Int32] = []
  private var sorted: [Entry] = []

  /// The ids of a bucket by position.
  /// - Parameter exactOrder: orders the ids of samples with equal keys by their positions.
  mutating func ids(
    of bucket: LoadedBucket<Entry>, grid: PositionGrid, exactOrder: (_ key: UInt32, _ ids: [Index]) -> [Index]
  ) -> [Index] {
    let count = bucket.count
    var result = [Index](repeating: 0, count: count)
    if sorted.count < count { sorted.append(contentsOf: repeatElement(0, count: count - sorted.count)) }
    let hasTies = Self.sort(bucket.entries.span.extracting(0..<count), into: &sorted, grid: grid, starts: &starts)
    var ids = result.mutableSpan
    let entries = sorted.span.extracting(0..<count)
    for index in ids.indices { ids[unchecked: index] = entries[unchecked: index].id() }
    guard hasTies else { return result }
    var first = 0
    while first < count {
      let key = entries[first].key
      var end = first + 1
      while end < count, entries[end].key == key { end += 1 }
      if end - first > 1 {
        for (place, id) in exactOrder(key, (first..<end).map { entries[$0].id() }).enumerated() { ids[first + place] = id }
      }
      first = end
    }
    return result
  }

  /// Sorts by key.
  /// - Returns: whether some keys are equal.
  private static func sort(
    _ entries: Span<Entry>, into sorted: inout [Entry], grid: PositionGrid, starts: inout [Int32]
  ) -> Bool {
    let shift = max(0, grid.fractionBits - 1)
    let cells = 1 << (grid.keyBits - shift)
    starts.removeAll(keepingCapacity: true)
    starts.append(contentsOf: repeatElement(0, count: cells + 1))
    var places = starts.mutableSpan
    var target = sorted.mutableSpan
    for index in entries.indices { places[Int(entries[index].key) &>> shift &+ 1] &+= 1 }
    var sum: Int32 = 0
    for cell in places.indices {
      sum &+= places[cell]
      places[cell] = sum
    }
    for index in entries.indices {
      let entry = entries[index]
      let cell = Int(entry.key) &>> shift
      let place = places[cell]
      places[cell] = place &+ 1
      target[Int(place)] = entry
    }
    var hasTies = false
    for index in entries.indices.dropFirst() {
      let entry = target[index]
      let key = entry.key
      guard target[index - 1].key >= key else { continue }
      var place = index
      while place > 0, target[place - 1].key > key {
        target[place] = target[place - 1]
        place -= 1
      }
      target[place] = entry
      if place > 0, target[place - 1].key == key { hasTies = true }
    }
    return hasTies
  }
}
