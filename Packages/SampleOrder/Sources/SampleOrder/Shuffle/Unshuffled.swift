/// The order of the index, in blocks of up to 4096 samples.
struct Unshuffled<Index: SampleIndex>: BlockOrder {
  let units: UnitTable

  @specialized(where Index == UInt32)
  func block(at position: Int, node: Int) -> OrderedBlock<Index> {
    let unit = units.unit(of: position)
    let start = max(units.offsets[unit], position & ~4095)
    let end = min(units.offsets[unit + 1], (position | 4095) + 1)
    var block = OrderedBlock<Index>(start: start)
    units.appendIds(unit: unit, start..<end, to: &block.ids)
    return block
  }
}
