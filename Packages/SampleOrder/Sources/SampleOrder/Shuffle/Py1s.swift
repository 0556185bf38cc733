import NumPyRandom

/// Upstream's `py1s`: the spans in the epoch's order, the samples in each shuffled.
struct Py1s<Index: SampleIndex>: BlockOrder {
  private let units: UnitTable
  private let spans: SpanTable
  private var walker: Generator
  /// The generator before each span's shuffle, as far as walked.
  private var states: [SavedBits] = []

  init(units: UnitTable, canonicalNodes: Int, seed: ShuffleSeed, epoch: Int) {
    self.units = units
    spans = SpanTable(units: units, canonicalNodes: canonicalNodes, seed: seed, epoch: epoch)
    walker = spans.generator
    states.reserveCapacity(spans.count)
  }

  @specialized(where Index == UInt32)
  mutating func block(at position: Int, node: Int) -> OrderedBlock<Index> {
    let span = spans.span(at: position)
    while states.count < span { skipNext() }
    var block = OrderedBlock<Index>(start: spans.offsets[span])
    spans.appendIds(of: span, in: units, to: &block.ids)
    if states.count == span {
      // The walk is just here: the shuffle moves it on.
      states.append(SavedBits(walker))
      walker.shuffle(&block.ids)
    } else {
      var generator = states[span].restored(in: walker)
      generator.shuffle(&block.ids)
    }
    return block
  }

  /// The draws of all spans of the run on a second thread, ids and exchanges on this one.
  @specialized(where Index == UInt32)
  mutating func appendIds(
    _ run: inout PositionRun, node: Int, to out: inout OutputSpan<Int64>
  ) -> OrderedBlock<Index>? {
    let first = spans.span(at: run.next)
    let last = spans.span(at: run.last)
    let sizes = (first...last).map { spans.size(of: $0) }
    guard first >= states.count, sizes.allSatisfy({ $0 <= Int(UInt32.max) }) else { return nil }
    while states.count < first { skipNext() }
    let ahead = ShuffleAhead(sizes: sizes, generator: walker)
    var block = OrderedBlock<Index>()
    for span in first...last {
      let size = spans.size(of: span)
      if run.step == 1, run.next == spans.offsets[span], size <= run.remaining {
        // All of it is wanted: made and shuffled where it is to be.
        let filled = out.count
        out.append(repeating: 0, count: size)
        var all = out.mutableSpan
        var ids = all._mutatingExtracting(filled..<filled + size)
        units.fill(&ids, unit: Int(spans.units[span]), from: spans.begins[span])
        ahead.shuffle(&ids)
        run.skip(size)
        continue
      }
      block.start = spans.offsets[span]
      block.ids.removeAll(keepingCapacity: true)
      spans.appendIds(of: span, in: units, to: &block.ids)
      ahead.shuffle(&block.ids)
      run.take(from: block, to: &out)
    }
    let walk = ahead.finish()
    walker = walk.generator
    states.append(contentsOf: walk.states)
    return block
  }

  private mutating func skipNext() {
    let size = spans.size(of: states.count)
    states.append(SavedBits(walker))
    walker.skipShuffle(count: size)
  }
}
