import BinaryIO
import NumPyRandom

/// Upstream's `naive`: one permutation of everything, which has to be made whole.
struct Naive<Index: SampleIndex>: BlockOrder {
  private let order: OrderedBlock<Index>

  init(units: UnitTable, seed: ShuffleSeed, epoch: Int) {
    var ids: [Index] = []
    let pages = ids.reserveToFill(units.total).upperHalf
    var generator = seed.adding(epoch).generator
    generator.shuffleOnTwoThreads(&ids, count: units.total, beforeDrawing: { pages.populate() }) {
      units.appendIds(0..<units.total, to: &$0)
    }
    order = OrderedBlock(start: 0, ids: ids)
  }

  /// All of it, whatever the node.
  func block(at position: Int, node: Int) -> OrderedBlock<Index> { order }
}
