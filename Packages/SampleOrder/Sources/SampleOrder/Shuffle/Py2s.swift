import NumPyRandom

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
    runStates.reserveCapacity(sizes.count)
    for size in sizes {
      runStates.append(SavedBits(run))
      run.skipShuffle(count: size)
    }
    order = shuffled
    runGenerator = run
    cut = CutSpans(sizes: sizes, nodes: canonicalNodes)
    pieces = [Int](0..<cut.sizes.count)
    walker = seed.adding(epoch).generator
  }

  @specialized(where Index == UInt32)
  mutating func block(at position: Int, node: Int) -> OrderedBlock<Index> {
    walk(through: node)
    let place = place(of: position)
    let piece = pieces[place]
    let source = cut.sources[piece]
    let unit = Int(order[source])
    var whole: [Index] = []
    units.appendIds(unit: unit, units.offsets[unit]..<units.offsets[unit + 1], to: &whole)
    var generator = runStates[source].restored(in: runGenerator)
    generator.shuffle(&whole)
    let skip = cut.skips[piece]
    var block = OrderedBlock(start: offsets[place], ids: Array(whole[skip..<skip + cut.sizes[piece]]))
    generator = states[place].restored(in: walker)
    generator.shuffle(&block.ids)
    return block
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
