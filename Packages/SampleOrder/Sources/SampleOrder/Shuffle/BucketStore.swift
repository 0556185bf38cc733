import NumPyRandom

/// Samples and their positions in many lists that grow at the end: chunks of one store, linked, and used again.
struct BucketStore<Index: SampleIndex>: Sendable {
  private var positions: [Double] = []
  private var ids: [Index] = []
  /// The place in the store after each list's last element.
  private var ends: [Int]
  private var links: ChunkLinks

  init(count: Int) {
    ends = [Int](repeating: 0, count: count)
    links = ChunkLinks(listCount: count)
  }

  /// Appends ids with their positions to the lists of equal width that the positions fall into.
  ///
  /// The i-th id has the position `offset` + i + `low` + `width` · u with the next u of the generator.
  /// - Returns: how many fell before `firstList` and were dropped.
  mutating func file(
    _ newIds: Span<Index>, from offset: Int, low: Double, width: Double, shift: Int, firstList: Int,
    bits: inout PCG64
  ) -> Int {
    // Full chunks, one begun per list that can be reached, and some more for rounding at either end.
    links.provide((newIds.count >> ChunkLinks.shift) + (newIds.count + Int(width)) >> shift + 4)
    let storeSize = links.chunkCount << ChunkLinks.shift
    if positions.count < storeSize {
      positions.append(contentsOf: repeatElement(0, count: storeSize - positions.count))
      ids.append(contentsOf: repeatElement(0, count: storeSize - ids.count))
    }
    return Self.file(
      newIds, from: offset, low: low, width: width, shift: shift, firstList: firstList, bits: &bits,
      positions: &positions, ids: &ids, ends: &ends, links: &links)
  }

  /// The loop, over properties each for itself, which must be as large as they may become.
  private static func file(
    _ newIds: Span<Index>, from offset: Int, low: Double, width: Double, shift: Int, firstList: Int,
    bits: inout PCG64, positions: inout [Double], ids: inout [Index], ends: inout [Int], links: inout ChunkLinks
  ) -> Int {
    var allPositions = positions.mutableSpan
    var allIds = ids.mutableSpan
    var allEnds = ends.mutableSpan
    var generator = bits
    var dropped = 0
    for index in newIds.indices {
      let position = Double(offset &+ index) + (low + width * generator.nextDouble())
      let list = Int(position) >> shift
      if list < firstList {
        dropped += 1
        continue
      }
      var end = allEnds[list]
      if end & ChunkLinks.mask == 0 { end = links.extend(list, end: end) }
      allPositions[end] = position
      allIds[end] = newIds[index]
      allEnds[list] = end &+ 1
    }
    bits = generator
    return dropped
  }

  /// Moves a list's elements into a bucket, in order, and frees its chunks.
  mutating func take(_ list: Int, into bucket: inout LoadedBucket<Index>) {
    while let range = links.removeFirst(of: list, end: ends[list]) {
      bucket.load(positions.span.extracting(range), ids.span.extracting(range))
    }
    ends[list] = 0
  }
}

/// Which chunks of a store each of many lists consists of.
struct ChunkLinks: Sendable {
  static let shift = 9
  static let mask = 1 << shift - 1

  /// The chunk after each chunk, -1 at the end of a list or of the free ones.
  private var next: [Int32] = []
  private var free: Int32 = -1
  private var freeCount = 0
  /// Of each list its first chunk, -1 when empty.
  private var first: [Int32]

  init(listCount: Int) { first = [Int32](repeating: -1, count: listCount) }

  var chunkCount: Int { next.count }

  /// Makes sure that there are free chunks.
  mutating func provide(_ count: Int) {
    while freeCount < count {
      next.append(free)
      free = Int32(truncatingIfNeeded: next.count - 1)
      freeCount += 1
    }
  }

  /// Gives a list one of the free chunks; `end` is after its last element, at the end of a chunk.
  /// - Returns: where the chunk starts.
  mutating func extend(_ list: Int, end: Int) -> Int {
    let chunk = free
    free = next[Int(chunk)]
    freeCount -= 1
    next[Int(chunk)] = -1
    if first[list] < 0 {
      first[list] = chunk
    } else {
      next[(end - 1) >> Self.shift] = chunk
    }
    return Int(chunk) << Self.shift
  }

  /// Frees a list's first chunk.
  /// - Returns: the elements in it, nil when the list is empty. They stay where they are until the next `extend`.
  mutating func removeFirst(of list: Int, end: Int) -> Range<Int>? {
    let chunk = first[list]
    guard chunk >= 0 else { return nil }
    let start = Int(chunk) << Self.shift
    let following = next[Int(chunk)]
    first[list] = following
    next[Int(chunk)] = free
    free = chunk
    freeCount += 1
    return start..<(following < 0 ? end : start + 1 << Self.shift)
  }
}
