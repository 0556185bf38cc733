import NumPyRandom

/// The pieces of units in the order of an epoch: the common start of py1s, py1br and py1e.
///
/// Units are shuffled once for the run, cut at the borders of canonical nodes, and each node's pieces shuffled for the
/// epoch. Positions number the samples in that order; a node's are contiguous.
struct SpanTable: Sendable {
  /// Position of each span's first sample, and the end.
  private(set) var offsets: [Int] = [0]
  /// Big id of each span's first sample.
  private(set) var begins: [Int] = []
  private(set) var units: [Int32] = []
  /// The number of each canonical node's first span, and the end.
  let firstSpans: [Int]
  /// The epoch's generator after the spans are in order.
  private(set) var generator: Generator

  init(units table: UnitTable, canonicalNodes: Int, seed: ShuffleSeed, epoch: Int) {
    var order = [Int32](0..<Int32(truncatingIfNeeded: table.count))
    var run = seed.generator
    run.shuffle(&order)
    var epochGenerator = seed.adding(epoch).generator
    self.init(units: table, canonicalNodes: canonicalNodes, order: order, generator: seed.adding(epoch).generator) {
      epochGenerator.permutation($1)
    }
    generator = epochGenerator
  }

  /// - Parameter order: the units in the order of the run.
  /// - Parameter piecesInOrder: the order of a canonical node's pieces, given the node and their number.
  init(
    units table: UnitTable, canonicalNodes: Int, order: [Int32], generator: Generator = ShuffleSeed(UInt64(0)).generator,
    piecesInOrder: (_ node: Int, _ count: Int) -> [Int]
  ) {
    let cut = CutSpans(sizes: order.map { table.offsets[Int($0) + 1] - table.offsets[Int($0)] }, nodes: canonicalNodes)
    offsets.reserveCapacity(cut.sizes.count + 1)
    begins.reserveCapacity(cut.sizes.count)
    units.reserveCapacity(cut.sizes.count)
    for node in 0..<canonicalNodes {
      let first = cut.firstPieces[node]
      for number in piecesInOrder(node, cut.firstPieces[node + 1] - first) {
        let piece = first + number
        let unit = order[cut.sources[piece]]
        begins.append(table.offsets[Int(unit)] + cut.skips[piece])
        units.append(unit)
        offsets.append(offsets[offsets.count - 1] + cut.sizes[piece])
      }
    }
    firstSpans = cut.firstPieces
    self.generator = generator
  }

  var count: Int { begins.count }

  func size(of span: Int) -> Int { offsets[span + 1] - offsets[span] }

  /// The span that holds a position; empty spans hold none.
  func span(at position: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle + 1] <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The span that holds a position, looked for around a guess first.
  func span(at position: Int, near hint: Int) -> Int {
    var span = min(hint, count - 1)
    for _ in 0..<4 {
      if offsets[span] > position {
        span -= 1
      } else if offsets[span + 1] <= position {
        span += 1
      } else {
        return span
      }
    }
    return self.span(at: position)
  }

  /// Appends the sample ids of a span in the index's order.
  func appendIds<Index: SampleIndex>(of span: Int, in table: UnitTable, to ids: inout [Index]) {
    let size = size(of: span)
    if size > 0 { table.appendIds(unit: Int(units[span]), begins[span]..<begins[span] + size, to: &ids) }
  }
}

/// An ordered list of spans cut where canonical nodes meet; upstream's `divide_spans`.
struct CutSpans {
  /// Of each piece: its span, where in the span it starts, and its size.
  private(set) var sources: [Int] = []
  private(set) var skips: [Int] = []
  private(set) var sizes: [Int] = []
  /// The number of each node's first piece, and the end.
  private(set) var firstPieces = [0]

  /// A node ends at total · (node + 1) / nodes. An empty span at a border goes to the earlier node.
  init(sizes spans: [Int], nodes: Int) {
    let total = spans.reduce(0, +)
    var span = 0
    var skip = 0
    var done = 0
    for node in 0..<nodes {
      let end = total * (node + 1) / nodes
      while span < spans.count {
        let left = spans[span] - skip
        if done + left > end {
          let room = end - done
          if room > 0 {
            append(span, skip, room)
            skip += room
            done = end
          }
          break
        }
        append(span, skip, left)
        done += left
        span += 1
        skip = 0
      }
      firstPieces.append(sizes.count)
    }
  }

  private mutating func append(_ span: Int, _ skip: Int, _ size: Int) {
    sources.append(span)
    skips.append(skip)
    sizes.append(size)
  }
}
