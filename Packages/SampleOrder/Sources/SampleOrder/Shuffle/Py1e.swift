import NumPyRandom
import Threading

/// Upstream's `py1e`: the spans in the epoch's order, each sample moved by a drawn distance of at most half of about
/// the block size, and a canonical node's samples sorted by where they came to lie.
///
/// The generator is walked once, over the shuffles (whose draws vary in number) and with jumps over the distances
/// (one draw per sample); its state is kept at each span. Samples are then made a window of positions at a time.
struct Py1e<Index: SampleIndex>: BlockOrder {
  private let units: UnitTable
  private let spans: SpanTable
  private let bounds: BlockBounds
  private var walker: Generator
  /// Per span, as far as walked: the generator before its shuffle, before its distances, and its drawn block size.
  private var shuffleStates: [SavedBits] = []
  private var distanceStates: [SavedBits] = []
  private var blockSizes: [Int] = []
  private var windows: [Py1eWindow<Index>] = []
  /// Of each canonical node, as far as walked, whether its samples stay where the shuffles put them.
  private var areStill: [Bool] = []
  private var sorter = PositionSorter<Index>()
  private var loaded = LoadedBucket<Index>()

  /// - Throws: ``ConfigurationError`` `.tooFewSamples` when a canonical node has none, which upstream refuses.
  init(
    units: UnitTable, canonicalNodes: Int, seed: ShuffleSeed, epoch: Int, blockSize: Int
  ) throws(ConfigurationError) {
    self.units = units
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

  @specialized(where Index == UInt32)
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
    if position - start < windows[node].rank || position - start > windows[node].rank + 4 * windows[node].width {
      seek(position - start, node: node)
    }
  }

  /// Distances and filing on a second thread, sorting on this one.
  @specialized(where Index == UInt32)
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
    let buckets = BucketQueues<Index>()
    let (last, width) = (run.last, windows[node].width)
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
      block = OrderedBlock(start: bucket.start, ids: sorter.sorted(bucket, width: width))
      buckets.reuse(bucket)
      run.take(from: block, to: &out)
    }
    thread.join()
    box.exchange(&windows)
    return block
  }

  private mutating func fillBuckets(of node: Int, through last: Int, _ buckets: BucketQueues<Index>) {
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
      windows.append(Py1eWindow(count: 0, firstSpan: range.lowerBound))
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
    windows.append(Py1eWindow(count: isStill ? 0 : count, firstSpan: range.lowerBound))
  }

  /// Moves a node's window to the last bucket boundary that surely lies at or before a rank.
  private mutating func seek(_ rank: Int, node: Int) {
    let first = spans.firstSpans[node]
    let end = spans.firstSpans[node + 1]
    let start = spans.offsets[first]
    var bucket = max(0, rank >> windows[node].shift)
    while true {
      bucket = max(0, bucket - 1)
      let boundary = bucket << windows[node].shift
      // Spans that end so far before the boundary that no distance can take a sample across.
      var low = first
      var high = end
      while low < high {
        let middle = (low + high) / 2
        if spans.offsets[middle + 1] - start + reach <= boundary { low = middle + 1 } else { high = middle }
      }
      windows[node].restart(bucket: bucket, span: low, rank: spans.offsets[low] - start)
      activate(node: node)
      if windows[node].rank <= rank || bucket == 0 { return }
    }
  }

  /// No sample moves further than this.
  private var reach: Int { bounds.high / 2 + 1 }

  /// Takes up all spans that can have samples in the window's next bucket.
  private mutating func activate(node: Int) {
    let start = spans.offsets[spans.firstSpans[node]]
    let end = spans.firstSpans[node + 1]
    var span = windows[node].span
    while span < end, spans.offsets[span] - start - reach < windows[node].nextBoundary {
      place(span, node: node)
      span += 1
    }
    windows[node].span = span
  }

  private mutating func nextBlock(node: Int) -> OrderedBlock<Index> {
    var bucket = LoadedBucket<Index>()
    swap(&bucket, &loaded)
    fill(&bucket, node: node)
    swap(&bucket, &loaded)
    return OrderedBlock(start: loaded.start, ids: sorter.sorted(loaded, width: windows[node].width))
  }

  /// Takes the samples of the next bucket, yet unsorted.
  @specialized(where Index == UInt32)
  private mutating func fill(_ bucket: inout LoadedBucket<Index>, node: Int) {
    activate(node: node)
    bucket.start = spans.offsets[spans.firstSpans[node]] + windows[node].rank
    windows[node].takeBucket(into: &bucket)
  }

  /// Shuffles a span's samples, draws their distances and files them in the window's buckets.
  private mutating func place(_ span: Int, node: Int) {
    let size = spans.size(of: span)
    if size == 0 { return }
    var ids: [Index] = []
    spans.appendIds(of: span, in: units, to: &ids)
    var generator = shuffleStates[span].restored(in: walker)
    generator.shuffle(&ids)
    let offset = spans.offsets[span] - spans.offsets[spans.firstSpans[node]]
    let cutoff = max(0, Double(blockSizes[span] - size) / 2)
    let low = max(-cutoff, Double(-offset))
    let high = min(cutoff, Double(windows[node].count - offset - size))
    // Two roundings, as numpy's uniform on x86-64; never fused.
    let width = high - low
    generator = distanceStates[span].restored(in: walker)
    windows[node].file(ids, from: offset, low: low, width: width, generator: &generator)
  }
}
