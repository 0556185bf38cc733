import NumPyRandom

/// Upstream's `py1br`: the spans in the epoch's order, their samples shuffled within blocks of drawn sizes, which
/// each canonical node's stagger moves against the spans.
struct Py1br<Index: SampleIndex>: BlockOrder {
  private struct Block {
    var range: Range<Int>
    var state: SavedBits
  }

  private let units: UnitTable
  private let spans: SpanTable
  private let bounds: BlockBounds
  private var staggers: [Int] = []
  private var walker: Generator
  /// Of each walked node, its blocks. They advance by their own length from a point that starts `stagger` ahead, so
  /// that the second begins before the end of the first; no others overlap, and the last samples may be in none.
  private var nodes: [[Block]] = []

  init(
    units: UnitTable, canonicalNodes: Int, seed: ShuffleSeed, epoch: Int, blockSize: Int
  ) throws(ConfigurationError) {
    self.units = units
    bounds = try BlockBounds(blockSize: blockSize, stagger: true)
    spans = SpanTable(units: units, canonicalNodes: canonicalNodes, seed: seed, epoch: epoch)
    walker = spans.generator
    for _ in 0..<canonicalNodes { staggers.append(bounds.drawStagger(&walker)) }
  }

  mutating func block(at position: Int, node: Int) -> OrderedBlock<Index> {
    while nodes.count <= node { walkNode() }
    let blocks = nodes[node]
    guard let number = blocks.lastIndex(where: { $0.range.lowerBound <= position }) else {
      return OrderedBlock(start: position)
    }
    let block = blocks[number]
    if position >= block.range.upperBound {
      return unshuffled(block.range.upperBound..<spans.offsets[spans.firstSpans[node + 1]])
    }
    var shuffled = shuffled(number, of: blocks)
    let end = number + 1 < blocks.count ? min(shuffled.end, blocks[number + 1].range.lowerBound) : shuffled.end
    shuffled.ids.removeLast(shuffled.end - end)
    return shuffled
  }

  private mutating func walkNode() {
    let node = nodes.count
    let start = spans.offsets[spans.firstSpans[node]]
    let stop = spans.offsets[spans.firstSpans[node + 1]]
    var ranges: [Range<Int>] = []
    var at = start
    while at < stop {
      let size = bounds.draw(&walker)
      let first = max(at - staggers[node], start)
      let end = min(at + size - staggers[node], stop)
      ranges.append(first..<end)
      at += end - first
    }
    nodes.append(
      ranges.map { range in
        let block = Block(range: range, state: SavedBits(walker))
        walker.skipShuffle(count: range.count)
        return block
      })
  }

  /// A block after its shuffle; where the block before reaches into it, that one is shuffled first.
  private func shuffled(_ number: Int, of blocks: [Block]) -> OrderedBlock<Index> {
    let block = blocks[number]
    var result = unshuffled(block.range)
    if number > 0, blocks[number - 1].range.upperBound > block.range.lowerBound {
      let before = shuffled(number - 1, of: blocks)
      let end = min(before.end, result.end)
      for position in block.range.lowerBound..<end {
        result.ids[position - result.start] = before.ids[position - before.start]
      }
    }
    var generator = block.state.restored(in: walker)
    generator.shuffle(&result.ids)
    return result
  }

  private func unshuffled(_ range: Range<Int>) -> OrderedBlock<Index> {
    var result = OrderedBlock<Index>(start: range.lowerBound)
    result.ids.reserveCapacity(range.count)
    var span = spans.span(at: range.lowerBound)
    var position = range.lowerBound
    while position < range.upperBound {
      let end = min(range.upperBound, spans.offsets[span + 1])
      if position < end {
        let begin = spans.begins[span] - spans.offsets[span]
        units.appendIds(unit: Int(spans.units[span]), position + begin..<end + begin, to: &result.ids)
      }
      position = end
      span += 1
    }
    return result
  }
}
