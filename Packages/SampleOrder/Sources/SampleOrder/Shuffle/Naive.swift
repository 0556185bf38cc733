import NumPyRandom

/// Upstream's `naive`: one permutation of everything, which has to be made whole.
struct Naive<Index: SampleIndex>: BlockOrder {
  private let order: [Index]
  private let units: UnitTable

  init(units: UnitTable, seed: ShuffleSeed, epoch: Int) {
    self.units = units
    var ids: [Index] = []
    ids.reserveCapacity(units.total)
    units.appendIds(0..<units.total, to: &ids)
    var generator = seed.adding(epoch).generator
    generator.shuffle(&ids)
    order = ids
  }

  @specialized(where Index == UInt32)
  func block(at position: Int, node: Int) -> OrderedBlock<Index> {
    let start = position & ~4095
    return OrderedBlock(start: start, ids: Array(order[start..<min(start + 4096, order.count)]))
  }
}
