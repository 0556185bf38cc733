/// Which position of the epoch each slot of each batch holds, computed when read.
///
/// Shape: (nodes, ranks per node, workers per rank, batches per worker, batch size); -1 is padding, which occurs only
/// at the end of a rank's sequence. Holds a dozen integers whatever the size of the epoch.
public struct PartitionView: Sendable, Hashable {
  // The arrangement that the arithmetic is defined on; a relaxed resume deals the same sequence to other nodes.
  let sampleCount: Int
  let canonicalNodes: Int
  let dealtNodes: Int
  let dealtBatchSize: Int
  let dropFirst: Int
  // Of the matrix of canonical nodes: columns before padding, all columns, ratio of the nodes when there are more than
  // canonical ones, and the column from which padding copies.
  let columns: Int
  let paddedColumns: Int
  let paddingSource: Int
  let paddingSourceCount: Int
  let isTiled: Bool
  let columnsPerNode: Int
  let samplesPerRank: Int

  public let nodes: Int
  public let ranksPerNode: Int
  public let workersPerRank: Int
  public let batchesPerWorker: Int
  public let batchSize: Int

  /// Positions of all slots, padding included.
  public var count: Int { nodes * ranksPerNode * workersPerRank * batchesPerWorker * batchSize }

  /// Global batches without any padding, the first ones in order of traversal.
  var fullBatchCount: Int { samplesPerRank / dealtBatchSize }

  /// The position in the epoch of a slot, -1 for padding. Indices must be within the shape.
  public subscript(node node: Int, rank rank: Int, worker worker: Int, batch batch: Int, slot slot: Int) -> Int {
    precondition((0..<nodes).contains(node) && (0..<ranksPerNode).contains(rank))
    precondition((0..<workersPerRank).contains(worker) && (0..<batchesPerWorker).contains(batch))
    precondition((0..<batchSize).contains(slot))
    let globalBatch = batch * workersPerRank + worker
    return self[traversal: ((globalBatch * nodes + node) * ranksPerNode + rank) * batchSize + slot]
  }

  /// The position of the `index`-th slot in the order in which training goes: batch by batch, worker by worker, then
  /// all nodes, all ranks and all slots.
  subscript(traversal index: Int) -> Int {
    let (device, slot) = index.quotientAndRemainder(dividingBy: dealtBatchSize)
    let (upper, rank) = device.quotientAndRemainder(dividingBy: ranksPerNode)
    let (globalBatch, node) = upper.quotientAndRemainder(dividingBy: dealtNodes)
    let nth = globalBatch * dealtBatchSize + slot
    return nth < samplesPerRank ? position(node: node, rank: rank, nth: nth) : -1
  }

  /// The position of the `nth` sample of a rank.
  func position(node: Int, rank: Int, nth: Int) -> Int {
    var column = nth * ranksPerNode + rank
    if column >= columnsPerNode {
      let missing = samplesPerRank * ranksPerNode - columnsPerNode
      column -= columnsPerNode
      if ranksPerNode + missing - 1 <= columnsPerNode {
        column += columnsPerNode - ranksPerNode - missing + 1
      } else {
        column %= columnsPerNode
      }
    }
    let flat = dropFirst + node + dealtNodes * column
    let (row, canonical) = flat.quotientAndRemainder(dividingBy: canonicalNodes)
    return cell(canonical: canonical, column: row)
  }

  /// Appends the positions of a rank's samples in a range, without a division per sample where nothing is padded.
  /// - Parameter starts: the first position of each canonical node.
  func appendPositions(node: Int, rank: Int, _ range: Range<Int>, starts: [Int], to out: inout OutputSpan<Int64>) {
    let plainEnd = plainEnd(node: node, rank: rank, range)
    if plainEnd > range.lowerBound {
      let flat = dropFirst + node + dealtNodes * (range.lowerBound * ranksPerNode + rank)
      var (row, canonical) = flat.quotientAndRemainder(dividingBy: canonicalNodes)
      let (rowStep, canonicalStep) = (dealtNodes * ranksPerNode).quotientAndRemainder(dividingBy: canonicalNodes)
      for _ in range.lowerBound..<plainEnd {
        out.append(Int64(starts[canonical] + row))
        row += rowStep
        canonical += canonicalStep
        if canonical >= canonicalNodes {
          canonical -= canonicalNodes
          row += 1
        }
      }
    }
    for nth in max(range.lowerBound, plainEnd)..<range.upperBound {
      out.append(Int64(position(node: node, rank: rank, nth: nth)))
    }
  }

  /// Where the samples of a rank end that are told by a multiplication: the last column of a canonical node, and what
  /// padding appends after it, take the general way.
  private func plainEnd(node: Int, rank: Int, _ range: Range<Int>) -> Int {
    let plainColumns = min(columnsPerNode, ((columns - 1) * canonicalNodes - dropFirst - node) / dealtNodes)
    return isTiled ? range.lowerBound : min(range.upperBound, (plainColumns - rank) / ranksPerNode)
  }

  /// The positions of the first of a rank's samples in a range where they are equally spaced in one canonical node.
  /// - Parameter multiple: their number is a multiple of this.
  func evenPositions(node: Int, rank: Int, _ range: Range<Int>, multiple: Int, starts: [Int]) -> PositionRun? {
    let (rowStep, canonicalStep) = (dealtNodes * ranksPerNode).quotientAndRemainder(dividingBy: canonicalNodes)
    let count = (plainEnd(node: node, rank: rank, range) - range.lowerBound) / multiple * multiple
    guard canonicalStep == 0, count > 0 else { return nil }
    let flat = dropFirst + node + dealtNodes * (range.lowerBound * ranksPerNode + rank)
    let (row, canonical) = flat.quotientAndRemainder(dividingBy: canonicalNodes)
    return PositionRun(first: starts[canonical] + row, step: rowStep, count: count)
  }

  /// The matrix of canonical nodes: row `canonical` goes through that node's samples.
  private func cell(canonical: Int, column: Int) -> Int {
    if isTiled { return (canonical * paddedColumns + column) % sampleCount }
    var column = column
    if column >= columns {
      column = paddingSource + (paddingSourceCount == 1 ? 0 : column - columns)
    }
    let start = canonical * sampleCount / canonicalNodes
    guard column == columns - 1 else { return start + column }
    // A row that is one sample short repeats its last.
    let end = (canonical + 1) * sampleCount / canonicalNodes
    return start + column - (end - start < columns ? 1 : 0)
  }
}
