import BinaryIO
import NumPyRandom

/// Upstream's `py1br`: the spans in the epoch's order, their samples shuffled within blocks of drawn sizes, which
/// each canonical node's stagger moves against the spans.
struct Py1br<Index: SampleIndex>: BlockOrder {
  /// Blocks of a node: they advance by their own length from a point that starts `stagger` ahead, so that the second
  /// begins before the end of the first; no others overlap, and the last samples may be in none.
  private struct Node {
    var blocks: [Range<Int>]
    /// The generator before each block's shuffle, as far as walked.
    var states: [SavedBits] = []
  }

  private let units: UnitTable
  private let spans: SpanTable
  private let bounds: BlockBounds
  private var staggers: [Int] = []
  private var walker: Generator
  private var nodes: [Node] = []

  init(
    units: UnitTable, canonicalNodes: Int, seed: ShuffleSeed, epoch: Int, blockSize: Int
  ) throws(ConfigurationError) {
    self.units = units
    bounds = try BlockBounds(blockSize: blockSize, stagger: true)
    spans = SpanTable(units: units, canonicalNodes: canonicalNodes, seed: seed, epoch: epoch)
    walker = spans.generator
    for _ in 0..<canonicalNodes { staggers.append(bounds.drawStagger(&walker)) }
  }

  @specialized(where Index == UInt32)
  mutating func block(at position: Int, node: Int) -> OrderedBlock<Index> {
    while nodes.count <= node { startNode() }
    let blocks = nodes[node].blocks
    guard let number = blocks.lastIndex(where: { $0.lowerBound <= position }) else {
      return OrderedBlock(start: position)
    }
    if position >= blocks[number].upperBound {
      return unshuffled(blocks[number].upperBound..<spans.offsets[spans.firstSpans[node + 1]])
    }
    var result = shuffled(number, node: node)
    let end = number + 1 < blocks.count ? min(result.end, blocks[number + 1].lowerBound) : result.end
    result.ids.removeLast(result.end - end)
    return result
  }

  /// Draws the sizes of the next node's blocks, after all shuffles of the nodes before.
  private mutating func startNode() {
    if let last = nodes.indices.last { walk(through: nodes[last].blocks.count, node: last) }
    let node = nodes.count
    let start = spans.offsets[spans.firstSpans[node]]
    let stop = spans.offsets[spans.firstSpans[node + 1]]
    var blocks: [Range<Int>] = []
    var at = start
    while at < stop {
      let size = bounds.draw(&walker)
      let first = max(at - staggers[node], start)
      let end = min(at + size - staggers[node], stop)
      blocks.append(first..<end)
      at += end - first
    }
    nodes.append(Node(blocks: blocks))
  }

  /// Passes over the shuffles of a node's blocks before number `end`.
  private mutating func walk(through end: Int, node: Int) {
    while nodes[node].states.count < end {
      let size = nodes[node].blocks[nodes[node].states.count].count
      nodes[node].states.append(SavedBits(walker))
      walker.skipShuffle(count: size)
    }
  }

  /// A block after its shuffle; where the block before reaches into it, that one is shuffled first.
  private mutating func shuffled(_ number: Int, node: Int) -> OrderedBlock<Index> {
    walk(through: number, node: node)
    let block = nodes[node].blocks[number]
    var result = unshuffled(block)
    if number > 0, nodes[node].blocks[number - 1].upperBound > block.lowerBound {
      let before = shuffled(number - 1, node: node)
      for position in block.lowerBound..<min(before.end, result.end) {
        result.ids[position - result.start] = before.ids[position - before.start]
      }
    }
    if nodes[node].states.count == number {
      // The walk is just here: the shuffle moves it on.
      nodes[node].states.append(SavedBits(walker))
      walker.shuffleOnTwoThreads(&result.ids)
    } else {
      var generator = nodes[node].states[number].restored(in: walker)
      generator.shuffleOnTwoThreads(&result.ids)
    }
    return result
  }

  private func unshuffled(_ range: Range<Int>) -> OrderedBlock<Index> {
    var result = OrderedBlock<Index>(start: range.lowerBound)
    result.ids.reserveToFill(range.count)
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
