import BinaryIO
import NumPyRandom

/// Samples in many lists that grow at the end: chunks of one store, linked, and used again.
struct BucketStore<Index: SampleIndex, Entry: SampleEntry>: Sendable {
  private var entries: [Entry] = []
  /// The place in the store after each list's last element.
  private var ends: [Int]
  private var links: ChunkLinks

  private let expectedCount: Int

  /// - Parameter expectedCount: entries to make room for at once; it takes memory as it is filled.
  init(count: Int, expecting expectedCount: Int) {
    ends = [Int](repeating: 0, count: count)
    links = ChunkLinks(listCount: count)
    self.expectedCount = expectedCount
  }

  /// Appends ids to the lists of equal width that their positions fall into.
  ///
  /// The i-th id has the position `offset` + i + `low` + `width` · u with the next u of the generator.
  /// - Parameter lists: those to fill; what falls behind them is left out.
  /// - Returns: how many fell before the first of these lists and were left out.
  mutating func file(
    _ newIds: Span<Index>, from offset: Int, low: Double, width: Double, grid: PositionGrid, lists: Range<Int>,
    bits: inout PCG64
  ) -> Int {
    // Full chunks, one begun per list that can be reached, and some more for rounding at either end.
    let reachable = min(lists.count, (newIds.count + Int(width)) >> PositionGrid.bucketShift + 4)
    links.provide((newIds.count >> ChunkLinks.shift) + reachable)
    let storeSize = links.chunkCount << ChunkLinks.shift
    if entries.isEmpty { entries.reserveToFill(max(expectedCount, storeSize)) }
    if entries.count < storeSize { entries.append(contentsOf: repeatElement(0, count: storeSize - entries.count)) }
    return Self.file(
      newIds, from: offset, low: low, width: width, grid: grid, lists: lists, bits: &bits, entries: &entries, ends: &ends,
      links: &links)
  }

  /// The loop, over properties each for itself, which must be as large as they may become.
  private static func file(
    _ newIds: Span<Index>, from offset: Int, low: Double, width: Double, grid: PositionGrid, lists: Range<Int>,
    bits: inout PCG64, entries: inout [Entry], ends: inout [Int], links: inout ChunkLinks
  ) -> Int {
    var allEntries = entries.mutableSpan
    var allEnds = ends.mutableSpan
    var dropped = 0
    let (first, end) = (lists.lowerBound, lists.upperBound)
    var doubles = InlineArray<256, Double>(repeating: 0)
    // In parts: places by themselves, so that draws and stores do not contend for registers.
    for start in stride(from: 0, to: newIds.count, by: 256) {
      let ids = newIds.extracting(start..<min(newIds.count, start + 256))
      var generator = bits
      bits.nextDoubles(&doubles)
      if ids.count < 256 {
        generator.skip(UInt128(ids.count))
        bits = generator
      }
      for index in ids.indices {
        let place = grid.place(of: Double(offset &+ start &+ index) + (low + width * doubles[index & 255]))
        let list = grid.bucket(of: place)
        if list < first || list >= end {
          dropped += list < first ? 1 : 0
          continue
        }
        var last = allEnds[list]
        if last & ChunkLinks.mask == 0 { last = links.extend(list, end: last) }
        allEntries[last] = Entry(key: grid.key(of: place), id: ids[index])
        allEnds[list] = last &+ 1
      }
    }
    return dropped
  }

  /// Moves a list's elements into a bucket, in order, and frees its chunks.
  mutating func take(_ list: Int, into bucket: inout LoadedBucket<Entry>) {
    while let range = links.removeFirst(of: list, end: ends[list]) { bucket.load(entries.span.extracting(range)) }
    ends[list] = 0
  }
}

/// Cuts positions into buckets of equal width, and a bucket into the steps that tell its samples apart.
///
/// A position is a whole number of steps, rounded down: its upper bits are the number of the bucket, its lower ones the
/// key within. Samples with equal keys are told apart by their positions, which are then worked out again.
struct PositionGrid: Sendable, Hashable {
  /// The binary logarithm of a bucket's width: a bucket and what sorting it takes fit the second-level cache.
  static let bucketShift = 13
  static let bucketWidth = 1 << bucketShift
  /// Samples of a canonical node are fewer than this, so that a place fits a machine integer.
  static let limit = 1 << 43

  /// The binary logarithm of the steps between whole positions.
  let fractionBits: Int
  let keyBits: Int
  private let scale: Double

  init(fractionBits: Int = 19) {
    self.fractionBits = fractionBits
    keyBits = fractionBits + Self.bucketShift
    scale = Double(1 << fractionBits)
  }

  /// A multiplication by a power of two is exact.
  @inline(__always) func place(of position: Double) -> Int { Int(position * scale) }
  @inline(__always) func bucket(of place: Int) -> Int { place &>> keyBits }
  @inline(__always) func key(of place: Int) -> UInt32 { UInt32(truncatingIfNeeded: place & (1 &<< keyBits &- 1)) }
}

/// A sample that waits in a bucket: its key there, and its id below.
typealias SampleEntry = BitwiseCopyable & FixedWidthInteger & Sendable & UnsignedInteger

extension FixedWidthInteger where Self: UnsignedInteger {
  @inline(__always) init(key: UInt32, id: some SampleIndex) {
    self = Self(truncatingIfNeeded: key) &<< Self(Self.bitWidth / 2) | Self(truncatingIfNeeded: id)
  }

  @inline(__always) var key: UInt32 { UInt32(truncatingIfNeeded: self &>> Self(Self.bitWidth / 2)) }

  @inline(__always) func id<Index: SampleIndex>(as: Index.Type = Index.self) -> Index {
    Index(truncatingIfNeeded: self)
  }
}
