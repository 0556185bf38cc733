import NumPyRandom
import Threading

/// Upstream's `py1e`: the spans in the epoch's order, each sample moved by a drawn distance of at most half of about
/// the block size, and a canonical node's samples sorted by where they came to lie.
///
/// The generator is walked once, over the shuffles (whose draws vary in number) and with jumps over the distances
/// (one draw per sample); its state is kept at each span. Samples are then made a window of positions at a time. Of many
/// windows each holds a part of what can come to lie ahead, and makes the rest again when it is wanted.
struct Py1e<Index: SampleIndex, Entry: SampleEntry>: BlockOrder {
  /// Samples that wait in all windows together, where each needs no more than two buckets.
  private static var waitingLimit: Int { 1 << 22 }

  private let units: UnitTable
  private let spans: SpanTable
  private let bounds: BlockBounds
  private var walker: Generator
  /// Per span, as far as walked: the generator before its shuffle, before its distances, and its drawn block size.
  private var shuffleStates: [SavedBits] = []
  private var distanceStates: [SavedBits] = []
  private var blockSizes: [Int] = []
  private var windows: [Py1eWindow<Index, Entry>] = []
  /// Of each canonical node, as far as walked, whether its samples stay where the shuffles put them.
  private var areStill: [Bool] = []
  private var sorter = PositionSorter<Index, Entry>()
  private var loaded = LoadedBucket<Entry>()
  private let grid: PositionGrid
  /// Samples that may wait in a window.
  private let windowLimit: Int

  /// - Parameter nodesRead: of how many canonical nodes a reader takes samples in turn.
  /// - Throws: ``ConfigurationError`` `.tooFewSamples` when a canonical node has none, which upstream refuses;
  ///   `.outOfRange` for 2^43 samples or more.
  init(
    units: UnitTable, canonicalNodes: Int, seed: ShuffleSeed, epoch: Int, blockSize: Int, nodesRead: Int,
    grid: PositionGrid = PositionGrid(), waitingLimit: Int = Self.waitingLimit
  ) throws(ConfigurationError) {
    self.units = units
    self.grid = grid
    windowLimit = waitingLimit / max(1, nodesRead)
    guard units.total < PositionGrid.limit else {
      throw .outOfRange(
        "samples", expected: "fewer than 2^43 to shuffle with py1e", found: units.total,
        remedy: "Choose another shuffle_algo, or split the stream")
    }
    bounds = try BlockBounds(blockSize: blockSize, stagger: false)
    guard units.total >= canonicalNodes else {
      throw ConfigurationError(
        .tooFewSamples, parameter: "num_canonical_nodes", expected: "at most the \(units.total) samples that are shuffled",
        found: "\(canonicalNodes)", remedy: "Reduce num_canonical_nodes, or choose another shuffle_algo")
    }
    spans = SpanTable(units: units, canonicalNodes: canonicalNodes, seed: seed, epoch: epoch)
    walker = spans.generator
    shuffleStates.reserveCapacity(spans.count)
    distanceStates.reserveCapacity(spans.count)
    blockSizes.reserveCapacity(spans.count)
  }

  @specialized(where Index == UInt32, Entry == UInt64)
  mutating func block(at position: Int, node: Int) -> OrderedBlock<Index> {
    walk(through: node)
    if areStill[node] { return stillBlock(at: position) }
    prepare(position: position, node: node)
    while true {
      let block = nextBlock(node: node)
      if block.contains(position) || windows[node].isAtEnd { return block }
    }
  }

  private mutating func walk(through node: Int) {
    while windows.count <= node { walkNode() }
  }

  /// A span of a node whose samples do not move: neither filed nor sorted.
  private func stillBlock(at position: Int) -> OrderedBlock<Index> {
    let span = spans.span(at: position)
    var block = OrderedBlock<Index>(start: spans.offsets[span])
    spans.appendIds(of: span, in: units, to: &block.ids)
    var generator = shuffleStates[span].restored(in: walker)
    generator.shuffleOnTwoThreads(&block.ids)
    return block
  }

  private mutating func prepare(position: Int, node: Int) {
    let start = spans.offsets[spans.firstSpans[node]]
    if position - start < windows[node].rank || position - start > windows[node].rank + 4 * PositionGrid.bucketWidth {
      seek(position - start, node: node)
    }
  }

  /// Distances and filing on a second thread, sorting on this one.
  @specialized(where Index == UInt32, Entry == UInt64)
  mutating func appendIds(
    _ run: inout PositionRun, node: Int, to out: inout OutputSpan<Int64>
  ) -> OrderedBlock<Index>? {
    walk(through: node)
    if areStill[node] {
      var block = stillBlock(at: run.next)
      run.take(from: block, to: &out)
      while run.remaining > 0 {
        block = stillBlock(at: run.next)
        run.take(from: block, to: &out)
      }
      return block
    }
    prepare(position: run.next, node: node)
    let buckets = BucketQueues<Entry>()
    let last = run.last
    // The other thread has the windows meanwhile, alone: else it would copy them.
    let box = SharedBox(windows)
    windows = []
    let rest = self
    let thread = NamedThread.start("order-buckets") {
      var order = rest
      box.exchange(&order.windows)
      order.fillBuckets(of: node, through: last, buckets)
      box.exchange(&order.windows)
    }
    var block = OrderedBlock<Index>()
    while let bucket = buckets.next() {
      block = sorted(bucket, node: node)
      buckets.reuse(bucket)
      run.take(from: block, to: &out)
    }
    thread.join()
    box.exchange(&windows)
    return block
  }

  private mutating func fillBuckets(of node: Int, through last: Int, _ buckets: BucketQueues<Entry>) {
    let start = spans.offsets[spans.firstSpans[node]]
    while !windows[node].isAtEnd, start + windows[node].rank <= last {
      var bucket = buckets.empty()
      fill(&bucket, node: node)
      guard buckets.push(bucket) else { break }
    }
    buckets.close()
  }

  private mutating func walkNode() {
    let node = windows.count
    let range = spans.firstSpans[node]..<spans.firstSpans[node + 1]
    let count = spans.offsets[range.upperBound] - spans.offsets[range.lowerBound]
    if range.count == 1, range.upperBound == spans.count {
      // The only span of the last node: it does not move, and nobody asks for what is drawn after it.
      shuffleStates.append(SavedBits(walker))
      areStill.append(true)
      windows.append(window(count: 0, firstSpan: range.lowerBound))
      return
    }
    for span in range {
      shuffleStates.append(SavedBits(walker))
      walker.skipShuffle(count: spans.size(of: span))
    }
    for span in range {
      blockSizes.append(bounds.draw(&walker))
      distanceStates.append(SavedBits(walker))
      walker.bits.skip(UInt128(spans.size(of: span)))
    }
    // A span as large as its block, or as its node, has no room to move in; py1e leaves its samples' order alone.
    let isStill = range.allSatisfy { span in
      let size = spans.size(of: span)
      return size == 0 || size == count || size >= blockSizes[span]
    }
    areStill.append(isStill)
    windows.append(window(count: isStill ? 0 : count, firstSpan: range.lowerBound))
  }

  private func window(count: Int, firstSpan: Int) -> Py1eWindow<Index, Entry> {
    Py1eWindow(count: count, firstSpan: firstSpan, reach: reach, limit: windowLimit, grid: grid)
  }

  /// Moves a node's window to the last bucket boundary that surely lies at or before a rank.
  private mutating func seek(_ rank: Int, node: Int) {
    let start = spans.offsets[spans.firstSpans[node]]
    var bucket = max(0, rank >> PositionGrid.bucketShift)
    while true {
      bucket = max(0, bucket - 1)
      let low = firstSpan(reaching: bucket << PositionGrid.bucketShift, node: node)
      windows[node].restart(bucket: bucket, span: low, rank: spans.offsets[low] - start)
      activate(node: node)
      if windows[node].rank <= rank || bucket == 0 { return }
    }
  }

  /// The first of a node's spans that do not end so far before a position that no distance can take a sample across.
  private func firstSpan(reaching boundary: Int, node: Int) -> Int {
    let start = spans.offsets[spans.firstSpans[node]]
    return firstIndex(in: spans.firstSpans[node]..<spans.firstSpans[node + 1]) {
      spans.offsets[$0 + 1] - start + reach > boundary
    }
  }

  /// No sample moves further than this.
  private var reach: Int { bounds.high / 2 + 1 }

  /// Takes up all spans that can have samples in the window's next bucket.
  private mutating func activate(node: Int) {
    let start = spans.offsets[spans.firstSpans[node]]
    let end = spans.firstSpans[node + 1]
    var span = windows[node].span
    if windows[node].isExhausted {
      windows[node].advanceHorizon()
      let first = firstSpan(reaching: windows[node].bucket << PositionGrid.bucketShift, node: node)
      for earlier in first..<max(first, span) { place(earlier, node: node, isAgain: true) }
    }
    while span < end, spans.offsets[span] - start - reach < windows[node].nextBoundary {
      place(span, node: node, isAgain: false)
      span += 1
    }
    windows[node].span = span
  }

  private mutating func nextBlock(node: Int) -> OrderedBlock<Index> {
    var bucket = LoadedBucket<Entry>()
    swap(&bucket, &loaded)
    fill(&bucket, node: node)
    let block = sorted(bucket, node: node)
    swap(&bucket, &loaded)
    return block
  }

  private mutating func sorted(_ bucket: LoadedBucket<Entry>, node: Int) -> OrderedBlock<Index> {
    var sorter = PositionSorter<Index, Entry>()
    swap(&sorter, &self.sorter)
    let ids = sorter.ids(of: bucket, grid: grid) { key, ids in
      exactOrder(of: ids, key: key, bucket: bucket.number, node: node)
    }
    swap(&sorter, &self.sorter)
    return OrderedBlock(start: bucket.start, ids: ids)
  }

  /// Takes the samples of the next bucket, yet unsorted.
  @specialized(where Index == UInt32, Entry == UInt64)
  private mutating func fill(_ bucket: inout LoadedBucket<Entry>, node: Int) {
    activate(node: node)
    bucket.start = spans.offsets[spans.firstSpans[node]] + windows[node].rank
    windows[node].takeBucket(into: &bucket)
  }

  /// Shuffles a span's samples, draws their distances and files them in the window's buckets.
  private mutating func place(_ span: Int, node: Int, isAgain: Bool) {
    let size = spans.size(of: span)
    if size == 0 { return }
    let ids = shuffledIds(of: span)
    let (offset, low, width) = distances(of: span, node: node)
    var generator = distanceStates[span].restored(in: walker)
    windows[node].file(ids, from: offset, low: low, width: width, isAgain: isAgain, generator: &generator)
  }

  private func shuffledIds(of span: Int) -> [Index] {
    var ids: [Index] = []
    ids.reserveCapacity(spans.size(of: span))
    spans.appendIds(of: span, in: units, to: &ids)
    var generator = shuffleStates[span].restored(in: walker)
    generator.shuffle(&ids)
    return ids
  }

  /// Where a span begins in its node, and the bounds of how far its samples move: the lower one, and the upper less that.
  private func distances(of span: Int, node: Int) -> (offset: Int, low: Double, width: Double) {
    let size = spans.size(of: span)
    let nodeStart = spans.offsets[spans.firstSpans[node]]
    let count = spans.offsets[spans.firstSpans[node + 1]] - nodeStart
    let offset = spans.offsets[span] - nodeStart
    let cutoff = max(0, Double(blockSizes[span] - size) / 2)
    let low = max(-cutoff, Double(-offset))
    let high = min(cutoff, Double(count - offset - size))
    // Two roundings, as numpy's uniform on x86-64; never fused.
    return (offset, low, high - low)
  }

  /// Orders the ids of samples that have the same key in a bucket by their positions, which are worked out again.
  private func exactOrder(of ids: [Index], key: UInt32, bucket: Int, node: Int) -> [Index] {
    let boundary = bucket << PositionGrid.bucketShift
    let start = spans.offsets[spans.firstSpans[node]]
    var found: [(position: Double, id: Index)] = []
    for span in firstSpan(reaching: boundary, node: node)..<spans.firstSpans[node + 1] {
      if spans.offsets[span] - start - reach >= boundary + PositionGrid.bucketWidth { break }
      let range = units.sampleIds(of: Int(spans.units[span]))
      guard spans.size(of: span) > 0, ids.contains(where: { range.contains(Int($0)) }) else { continue }
      let (offset, low, width) = distances(of: span, node: node)
      var generator = distanceStates[span].restored(in: walker)
      for (index, id) in shuffledIds(of: span).enumerated() {
        let position = Double(offset + index) + (low + width * generator.bits.nextDouble())
        let place = grid.place(of: position)
        guard grid.bucket(of: place) == bucket, grid.key(of: place) == key, ids.contains(id) else { continue }
        // After those of equal positions: the earlier sample first.
        let index = found.firstIndex { $0.position > position } ?? found.count
        found.insert((position, id), at: index)
      }
    }
    return found.map(\.id)
  }
}
