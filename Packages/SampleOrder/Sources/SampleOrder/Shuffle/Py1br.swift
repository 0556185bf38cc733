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
    /// The samples of the first block that the second takes over, until it does.
    var overlap: [Index] = []
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
      var rest = OrderedBlock<Index>(start: blocks[number].upperBound)
      appendUnshuffled(rest.start..<spans.offsets[spans.firstSpans[node + 1]], to: &rest.ids)
      return rest
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

  /// A block after its shuffle; where the block before reaches into it, that one is shuffled first, unless what it
  /// leaves here is at hand.
  private mutating func shuffled(_ number: Int, node: Int) -> OrderedBlock<Index> {
    let block = nodes[node].blocks[number]
    if number > 0, nodes[node].blocks[number - 1].upperBound > block.lowerBound, nodes[node].overlap.isEmpty {
      _ = shuffled(number - 1, node: node)
    }
    walk(through: number, node: node)
    let isFirstTime = nodes[node].states.count == number
    if isFirstTime { nodes[node].states.append(SavedBits(walker)) }
    var generator = nodes[node].states[number].restored(in: walker)
    var result = OrderedBlock<Index>(start: block.lowerBound)
    let pages = result.ids.reserveToFill(block.count).upperHalf
    let overlap = nodes[node].overlap.prefix(block.count)
    generator.shuffleOnTwoThreads(&result.ids, count: block.count, beforeDrawing: { pages.populate() }) { ids in
      ids.append(contentsOf: overlap)
      appendUnshuffled(block.dropFirst(overlap.count), to: &ids)
    }
    if isFirstTime { walker = generator }
    nodes[node].overlap = []
    if number + 1 < nodes[node].blocks.count {
      nodes[node].overlap = Array(result.ids.dropFirst(nodes[node].blocks[number + 1].lowerBound - block.lowerBound))
    }
    return result
  }

  /// The samples of positions in no block, or in none yet.
  private func appendUnshuffled(_ range: Range<Int>, to ids: inout [Index]) {
    var span = spans.span(at: range.lowerBound)
    var position = range.lowerBound
    while position < range.upperBound {
      let end = min(range.upperBound, spans.offsets[span + 1])
      if position < end {
        let begin = spans.begins[span] - spans.offsets[span]
        units.appendIds(unit: Int(spans.units[span]), position + begin..<end + begin, to: &ids)
      }
      position = end
      span += 1
    }
  }
}
