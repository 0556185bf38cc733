/// Our own shuffle: py1e's locality from keyed permutations alone; nothing of an epoch is kept but a table of its units.
///
/// Units are permuted for the run, cut where canonical nodes meet, and each node's pieces permuted for the epoch, as in
/// py1e. The samples of a piece are permuted among themselves; then those of each window of half the block size, and
/// those of each window that lies across two of these. So a sample moves by less than the block size, as in any
/// position of a block the pieces around it are mixed, and every sample is found in constant time.
struct Feistel<Index: SampleIndex>: BlockOrder {
  private let units: UnitTable
  private let spans: SpanTable
  private let window: Int
  private let key: UInt64

  init(
    units: UnitTable, canonicalNodes: Int, seed: ShuffleSeed, epoch: Int, blockSize: Int
  ) throws(ConfigurationError) {
    guard blockSize >= 1, blockSize <= 1 << 53 else {
      throw .outOfRange("shuffle_block_size", expected: "between 1 and 2^53", found: blockSize)
    }
    self.units = units
    window = max(1, blockSize / 2)
    let runKey = seed.words.reduce(0x6f72_6465_72) { mixed($0 &+ UInt64($1) &+ 0x9e37_79b9_7f4a_7c15) }
    key = mixed(runKey ^ mixed(UInt64(epoch) &+ 1))
    let epochKey = key
    let run = KeyedPermutation(size: units.count, key: runKey)
    spans = SpanTable(
      units: units, canonicalNodes: canonicalNodes, order: (0..<units.count).map { Int32(truncatingIfNeeded: run($0)) }
    ) { node, count in
      let pieces = KeyedPermutation(size: count, key: mixed(epochKey &+ UInt64(node)))
      return (0..<count).map { pieces($0) }
    }
  }

  /// Blocks of 4096 positions, cut at the node's borders; each position is computed by itself.
  @specialized(where Index == UInt32)
  func block(at position: Int, node: Int) -> OrderedBlock<Index> {
    let nodeStart = spans.offsets[spans.firstSpans[node]]
    let nodeEnd = spans.offsets[spans.firstSpans[node + 1]]
    let start = max(nodeStart, position & ~4095)
    let end = min(nodeEnd, (position | 4095) + 1)
    var block = OrderedBlock<Index>(start: start)
    block.ids.reserveCapacity(end - start)
    let count = nodeEnd - nodeStart
    var straight = Windows(count: count, size: window, shift: 0, key: mixed(key ^ UInt64(2 * node + 1)))
    var across = Windows(count: count, size: window, shift: window / 2, key: mixed(key ^ UInt64(2 * node + 2)))
    let firstSpan = spans.firstSpans[node]
    // Spans are mostly of about equal size, so that their average tells where to look.
    let spansPerSample = Double(spans.firstSpans[node + 1] - firstSpan) / Double(max(1, count))
    var inner = KeyedPermutation(size: 0, key: 0)
    for output in start..<end {
      let source = nodeStart + straight.source(of: across.source(of: output - nodeStart))
      let span = spans.span(at: source, near: firstSpan + Int(Double(source - nodeStart) * spansPerSample))
      // The samples of a span are permuted among themselves.
      let size = spans.size(of: span)
      let spanKey = mixed(key &- UInt64(span) &- 1)
      inner = inner.size == size ? inner.rekeyed(spanKey) : KeyedPermutation(size: size, key: spanKey)
      let big = spans.begins[span] + inner(source - spans.offsets[span])
      block.ids.append(Index(truncatingIfNeeded: units.sampleId(unit: Int(spans.units[span]), big: big)))
    }
    return block
  }
}

/// Positions cut into windows of equal size, each permuted with a key of its own.
private struct Windows {
  let count: Int
  let size: Int
  /// How far the first window reaches to the left of the first position.
  let shift: Int
  let key: UInt64

  /// The window used last.
  private var start = 0
  private var end = 0
  private var permutation = KeyedPermutation(size: 0, key: 0)

  init(count: Int, size: Int, shift: Int, key: UInt64) {
    self.count = count
    self.size = size
    self.shift = shift
    self.key = key
  }

  mutating func source(of position: Int) -> Int {
    if position < start || position >= end {
      let number = (position + shift) / size
      start = max(0, number * size - shift)
      end = min(count, (number + 1) * size - shift)
      permutation = KeyedPermutation(size: end - start, key: mixed(key &+ UInt64(number)))
    }
    return start + permutation(position - start)
  }
}
