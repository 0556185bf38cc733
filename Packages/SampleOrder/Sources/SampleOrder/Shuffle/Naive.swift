import BinaryIO
import NumPyRandom
import Synchronization

/// Upstream's `naive`: one permutation of everything, which has to be made whole.
struct Naive<Index: SampleIndex>: BlockOrder {
  private let units: UnitTable
  private let seed: ShuffleSeed
  private let epoch: Int
  private let whole = WholeBlock<Index>()

  init(units: UnitTable, seed: ShuffleSeed, epoch: Int) {
    self.units = units
    self.seed = seed
    self.epoch = epoch
  }

  /// All of it, whatever the node.
  @specialized(where Index == UInt32)
  func block(at position: Int, node: Int) -> OrderedBlock<Index> { whole.block { makeIds() } }

  @specialized(where Index == UInt32)
  private func makeIds() -> [Index] {
    var ids: [Index] = []
    let pages = ids.reserveToFill(units.total).upperHalf
    var generator = seed.adding(epoch).generator
    generator.shuffleOnTwoThreads(&ids, count: units.total, beforeDrawing: { pages.populate() }) {
      units.appendIds(0..<units.total, to: &$0)
    }
    return ids
  }
}

/// A block that is made at its first use and shared by all copies of its order.
private final class WholeBlock<Index: SampleIndex>: Sendable {
  private let made = Mutex<OrderedBlock<Index>?>(nil)

  func block(_ make: () -> [Index]) -> OrderedBlock<Index> {
    made.withLock { made in
      if let made { return made }
      let block = OrderedBlock(ids: make())
      made = block
      return block
    }
  }
}
