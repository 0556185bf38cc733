/// The partition as matrices, the way upstream's `get_partitions_orig` and `_relaxed` build it; nil where they refuse.
/// Ported from the reference model that was compared with upstream 0.13.0 on 12,000 random worlds.
struct NaivePartition {
  var ids: [[[[[Int]]]]]  // node, rank, worker, batch, slot

  static func relaxed(
    _ samples: Int, canonical: Int, nodes: Int, ranks: Int, workers: Int, batch: Int, drop: Int, initial: Int?
  ) -> NaivePartition? {
    guard fits(samples, nodes * ranks, drop) else { return nil }
    let divides = nodes <= canonical ? canonical % nodes == 0 : nodes % canonical == 0
    guard let initial, !divides else {
      return orig(samples, canonical, nodes, ranks, workers, batch, drop)
    }
    let global = nodes * ranks * batch
    guard global % (initial * ranks) == 0 else { return nil }
    let first = orig(samples, canonical, initial, ranks, workers, global / (initial * ranks), drop)
    return first.map { dealt($0.traversal, nodes, ranks, workers, batch) }
  }

  static func orig(
    samples: Int, canonical: Int, nodes: Int, ranks: Int, workers: Int, batch: Int, drop: Int
  ) -> NaivePartition? {
    fits(samples, nodes * ranks, drop) ? orig(samples, canonical, nodes, ranks, workers, batch, drop) : nil
  }

  private static func fits(_ samples: Int, _ devices: Int, _ drop: Int) -> Bool {
    samples + devices - samples % devices >= drop
  }

  private static func orig(
    _ samples: Int, _ canonical: Int, _ nodes: Int, _ ranks: Int, _ workers: Int, _ batch: Int, _ drop: Int
  ) -> NaivePartition? {
    guard canonical % nodes == 0 || nodes % canonical == 0 else { return nil }
    guard let matrix = matrix(samples, canonical, nodes) else { return nil }
    var flat: [Int] = []
    for column in matrix[0].indices { for row in matrix { flat.append(row[column]) } }
    flat = Array(flat.dropFirst(drop - drop % nodes))
    return NaivePartition(
      ids: (0..<nodes).map { node in
        var mine = stride(from: node, to: flat.count, by: nodes).map { flat[$0] }
        let count = mine.count
        if count % ranks > 0 {
          let missing = ranks - count % ranks
          if ranks + missing - 1 <= count {
            mine += mine[(count - ranks - missing + 1)..<(count - ranks + 1)]
          } else {
            mine += (0..<missing).map { mine[$0 % count] }
          }
        }
        return (0..<ranks).map { rank in
          var own = stride(from: rank, to: mine.count, by: ranks).map { mine[$0] }
          while own.count % (workers * batch) > 0 { own.append(-1) }
          let batches = stride(from: 0, to: own.count, by: batch).map { Array(own[$0..<$0 + batch]) }
          return (0..<workers).map { worker in stride(from: worker, to: batches.count, by: workers).map { batches[$0] } }
        }
      })
  }

  private static func matrix(_ samples: Int, _ canonical: Int, _ nodes: Int) -> [[Int]]? {
    let columns = (samples + canonical - 1) / canonical
    let ratio = canonical < nodes ? nodes / canonical : 0
    let padding = ratio == 0 ? 0 : (ratio - columns % ratio) % ratio
    let length = columns + padding
    guard samples > canonical || (samples == canonical && canonical >= nodes) else {
      return (0..<canonical).map { row in (0..<length).map { (row * length + $0) % samples } }
    }
    var rows: [[Int]] = []
    for node in 0..<canonical {
      let start = node * samples / canonical
      var row = (0..<length).map { start + $0 }
      if (node + 1) * samples / canonical - start < columns { row[columns - 1] -= 1 }
      if padding > 0 {
        let source = Array(row[max(0, columns - padding - ratio + 1)..<max(0, columns - ratio + 1)])
        guard source.count == padding || source.count == 1 else { return nil }
        for index in 0..<padding { row[columns + index] = source.count == 1 ? source[0] : source[index] }
      }
      rows.append(row)
    }
    return rows
  }

  /// All slots in the order in which training goes.
  var traversal: [Int] {
    guard let batches = ids.first?.first?.first?.count, let workers = ids.first?.first?.count else { return [] }
    return (0..<batches).flatMap { batch in
      (0..<workers).flatMap { worker in ids.flatMap { $0.flatMap { $0[worker][batch] } } }
    }
  }

  /// The inverse of ``traversal`` for another world.
  static func dealt(_ flat: [Int], _ nodes: Int, _ ranks: Int, _ workers: Int, _ batch: Int) -> NaivePartition {
    let row = nodes * ranks * batch
    let batches = flat.count / (row * workers)
    return NaivePartition(
      ids: (0..<nodes).map { node in
        (0..<ranks).map { rank in
          (0..<workers).map { worker in
            (0..<batches).map { number in
              let start = (number * workers + worker) * row + (node * ranks + rank) * batch
              return Array(flat[start..<start + batch])
            }
          }
        }
      })
  }
}
