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
