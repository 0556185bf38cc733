import NumPyRandom
import Threading

/// Upstream's `py2s`: units and the samples in each shuffled for the run, cut at canonical nodes, and the pieces and
/// the samples in each shuffled again for the epoch.
struct Py2s<Index: SampleIndex>: BlockOrder {
  private let units: UnitTable
  /// The run's order of units, and the generator before each one's shuffle.
  private let order: [Int32]
  private var runStates: [SavedBits] = []
  private let cut: CutSpans
  /// The pieces in the epoch's order as far as walked, their offsets, and the generator before each one's shuffle.
  private var pieces: [Int]
  private var offsets = [0]
  private var states: [SavedBits] = []
  private var walkedNodes = 0
  private var walker: Generator
  private let runGenerator: Generator

  init(units: UnitTable, canonicalNodes: Int, seed: ShuffleSeed, epoch: Int) {
    self.units = units
    var shuffled = [Int32](0..<Int32(truncatingIfNeeded: units.count))
    var run = seed.generator
    run.shuffle(&shuffled)
    let sizes = shuffled.map { units.offsets[Int($0) + 1] - units.offsets[Int($0)] }
    order = shuffled
    runGenerator = run
    cut = CutSpans(sizes: sizes, nodes: canonicalNodes)
    pieces = [Int](0..<cut.sizes.count)
    walker = seed.adding(epoch).generator
    guard units.total >= ShuffleAhead.threshold else {
      runStates = shuffleStates(sizes: sizes, generator: run)
      return
    }
    // Nearly every reader needs both walks to their ends, and they are on generators of their own.
    let generator = run
    let walks = both({ walk(through: canonicalNodes - 1) }, "order-walk") {
      shuffleStates(sizes: sizes, generator: generator)
    }
    runStates = walks.1
  }

  @specialized(where Index == UInt32)
  mutating func block(at position: Int, node: Int) -> OrderedBlock<Index> {
    walk(through: node)
    var whole: [Index] = []
    var block = OrderedBlock<Index>()
    let place = place(of: position)
    append(place..<place + 1, to: &block, by: &whole)
    return block
  }

  /// Pieces in groups, every second one on a second thread.
  @specialized(where Index == UInt32)
  mutating func appendIds(
    _ run: inout PositionRun, node: Int, to out: inout OutputSpan<Int64>
  ) -> OrderedBlock<Index>? {
    walk(through: node)
    let first = place(of: run.next)
    let end = place(of: run.last) + 1
    let groupSize = max(1, (1 << 16) * (end - first) / (offsets[end] - offsets[first]))
    let groups = stride(from: first, to: end, by: groupSize).map { $0..<min(end, $0 + groupSize) }
    let queue = BoundedQueue<OrderedBlock<Index>>(capacity: 3)
    let (copy, odd) = (self, groups.indices.filter { $0 % 2 == 1 })
    let thread = NamedThread.start("order-pieces") { copy.push(odd.map { groups[$0] }, to: queue) }
    var latest = OrderedBlock<Index>()
    var whole: [Index] = []
    for (number, group) in groups.enumerated() {
      if number % 2 == 1, let made = try? queue.pop(until: .never, charging: StallCause("pieces")) {
        latest = made
      } else {
        latest.ids.removeAll(keepingCapacity: true)
        append(group, to: &latest, by: &whole)
      }
      run.take(from: latest, to: &out)
    }
    thread.join()
    return latest
  }

  private func push(_ groups: [Range<Int>], to queue: BoundedQueue<OrderedBlock<Index>>) {
    var whole: [Index] = []
    for group in groups {
      var block = OrderedBlock<Index>()
      append(group, to: &block, by: &whole)
      do { try queue.push(block, until: .never, charging: StallCause("pieces")) } catch { return }
    }
  }

  /// Appends pieces in the epoch's order to an empty block.
  /// - Parameter whole: room for a unit's samples.
  @specialized(where Index == UInt32)
  private func append(_ places: Range<Int>, to block: inout OrderedBlock<Index>, by whole: inout [Index]) {
    block.start = offsets[places.lowerBound]
    block.ids.reserveCapacity(offsets[places.upperBound] - block.start)
    for place in places {
      let piece = pieces[place]
      let source = cut.sources[piece]
      let unit = Int(order[source])
      whole.removeAll(keepingCapacity: true)
      units.appendIds(unit: unit, units.offsets[unit]..<units.offsets[unit + 1], to: &whole)
      var generator = runStates[source].restored(in: runGenerator)
      generator.shuffle(&whole)
      let skip = cut.skips[piece]
      let size = cut.sizes[piece]
      let start = block.ids.count
      block.ids.append(contentsOf: whole[skip..<skip + size])
      generator = states[place].restored(in: walker)
      generator.shuffle(&block.ids, in: start..<start + size)
    }
  }

  /// Orders the pieces of all nodes up to `node`, passing over the shuffles of their samples.
  private mutating func walk(through node: Int) {
    while walkedNodes <= node {
      let range = cut.firstPieces[walkedNodes]..<cut.firstPieces[walkedNodes + 1]
      walker.shuffle(&pieces, in: range)
      for piece in pieces[range] {
        offsets.append(offsets[offsets.count - 1] + cut.sizes[piece])
        states.append(SavedBits(walker))
        walker.skipShuffle(count: cut.sizes[piece])
      }
      walkedNodes += 1
    }
  }

  private func place(of position: Int) -> Int {
    var low = 0
    var high = states.count
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle + 1] <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The generator before each of some shuffles.
private func shuffleStates(sizes: [Int], generator: Generator) -> [SavedBits] {
  var walker = generator
  return sizes.map { size in
    defer { walker.skipShuffle(count: size) }
    return SavedBits(walker)
  }
}
