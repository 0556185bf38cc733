import NumPyRandom
import SampleOrder

/// The shuffles as upstream writes them: lists, made whole. Ported line by line from the reference model that was
/// compared with upstream 0.13.0 and numpy 2.1.3.
enum NaiveShuffles {
  typealias Generator = NumPyGenerator<PCG64>

  static func order(
    _ algorithm: ShuffleAlgorithm, _ sizes: [Int], nodes: Int, seed: Int, epoch: Int, block: Int
  ) throws -> [Int] {
    switch algorithm {
    case .none: return Array(0..<sizes.reduce(0, +))
    case .naive:
      var generator = try Generator(seed: seed + epoch)
      return generator.permutation(sizes.reduce(0, +))
    case .py2s: return try py2s(sizes, nodes, seed, epoch)
    default: break
    }
    var spans = spans(of: sizes)
    var run = try Generator(seed: seed)
    run.shuffle(&spans)
    var generator = try Generator(seed: seed + epoch)
    var pieces = cut(spans, sizes.reduce(0, +), nodes)
    for node in pieces.indices { generator.shuffle(&pieces[node]) }
    switch algorithm {
    case .py1s:
      return pieces.flatMap { $0.flatMap { piece in shuffled(Array(piece), &generator) } }
    case .py1br: return try py1br(pieces, block, &generator)
    default: return try py1e(pieces, block, &generator)
    }
  }

  private static func shuffled(_ ids: [Int], _ generator: inout Generator) -> [Int] {
    var ids = ids
    generator.shuffle(&ids)
    return ids
  }

  private static func spans(of sizes: [Int]) -> [Range<Int>] {
    var at = 0
    return sizes.map { size in
      at += size
      return at - size..<at
    }
  }

  private static func cut(_ spans: [Range<Int>], _ total: Int, _ nodes: Int) -> [[Range<Int>]] {
    var left = spans[...]
    var done = 0
    return (0..<nodes).map { node in
      let end = total * (node + 1) / nodes
      var mine: [Range<Int>] = []
      while let span = left.first {
        if done + span.count > end {
          if end > done {
            mine.append(span.lowerBound..<span.lowerBound + end - done)
            left[left.startIndex] = span.lowerBound + end - done..<span.upperBound
            done = end
          }
          break
        }
        mine.append(span)
        left.removeFirst()
        done += span.count
      }
      return mine
    }
  }

  private static func py2s(_ sizes: [Int], _ nodes: Int, _ seed: Int, _ epoch: Int) throws -> [Int] {
    var run = try Generator(seed: seed)
    var shards = spans(of: sizes).map(Array.init)
    run.shuffle(&shards)
    for shard in shards.indices { run.shuffle(&shards[shard]) }
    var generator = try Generator(seed: seed + epoch)
    let flat = shards.flatMap { $0 }
    var order: [Int] = []
    for var pieces in cut(spans(of: shards.map(\.count)), flat.count, nodes) {
      generator.shuffle(&pieces)
      for piece in pieces { order += shuffled(Array(flat[piece]), &generator) }
    }
    return order
  }

  private static func py1br(_ pieces: [[Range<Int>]], _ block: Int, _ generator: inout Generator) throws -> [Int] {
    let (low, high) = (Int(0.75 * Double(block)), Int(1.25 * Double(block)))
    let staggers = try pieces.map { _ in try generator.integers(0, low) }
    var order: [Int] = []
    for (mine, stagger) in zip(pieces, staggers) {
      let start = order.count
      order += mine.flatMap { Array($0) }
      var blocks: [Range<Int>] = []
      var at = start
      while at < order.count {
        let size = try generator.integers(low, high)
        let range = max(at - stagger, start)..<min(at + size - stagger, order.count)
        blocks.append(range)
        at += range.count
      }
      for range in blocks { order.replaceSubrange(range, with: shuffled(Array(order[range]), &generator)) }
    }
    return order
  }

  private static func py1e(_ pieces: [[Range<Int>]], _ block: Int, _ generator: inout Generator) throws -> [Int] {
    let (low, high) = (Int(0.75 * Double(block)), Int(1.25 * Double(block)))
    var order: [Int] = []
    for mine in pieces {
      let ids = mine.flatMap { shuffled(Array($0), &generator) }
      var positions: [Double] = []
      for piece in mine {
        let at = positions.count
        let cutoff = max(0, Double(try generator.integers(low, high) - piece.count) / 2)
        let from = max(-cutoff, Double(-at))
        let to = min(cutoff, Double(ids.count - at - piece.count))
        for (index, shift) in try generator.uniform(from, to, count: piece.count).enumerated() {
          positions.append(Double(at + index) + shift)
        }
      }
      order += positions.indices.sorted { (positions[$0], $0) < (positions[$1], $1) }.map { ids[$0] }
    }
    return order
  }
}
