import BinaryIO
import NumPyRandom

/// Upstream's `naive`: one permutation of everything, which has to be made whole.
///
/// Made once per node where there is an archive, and read from there a piece at a time.
struct Naive<Index: SampleIndex>: BlockOrder {
  private let units: UnitTable
  private let seed: ShuffleSeed
  private let epoch: Int
  private let archive: (any OrderArchive)?
  private var kept: (any KeptOrder)?
  /// All of it, where nothing is kept.
  private var whole = OrderedBlock<Index>()

  /// Samples from which on a permutation is worth a file.
  static var threshold: Int { 1 << 17 }

  init(units: UnitTable, seed: ShuffleSeed, epoch: Int, archive: (any OrderArchive)?) {
    self.units = units
    self.seed = seed
    self.epoch = epoch
    self.archive = archive
    var made: [Index] = []
    if units.total >= Self.threshold, let archive {
      kept = archive.kept(name, parameters: parameters) {
        made = makeIds()
        return made
      }
      if kept?.byteCount != units.total * MemoryLayout<Index>.stride { kept = nil }
    }
    if kept == nil { whole.ids = made.isEmpty ? makeIds() : made }
  }

  mutating func block(at position: Int, node: Int) -> OrderedBlock<Index> {
    guard let kept else { return whole }
    let pieceCount = type(of: kept).pieceByteCount / MemoryLayout<Index>.stride
    let piece = position / pieceCount
    let ids = kept.withPiece(piece) { bytes in
      // The stride divides a piece, so that no number lies across two.
      var ids = [Index](repeating: 0, count: bytes.byteCount / MemoryLayout<Index>.stride)
      var span = ids.mutableSpan
      for place in span.indices {
        let offset = place &* MemoryLayout<Index>.stride
        span[place] = Index(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Index.self))
      }
      return ids
    }
    if let ids { return OrderedBlock(start: piece * pieceCount, ids: ids) }
    // The file was damaged since it was opened.
    archive?.discard(name)
    self.kept = nil
    whole.ids = makeIds()
    return whole
  }

  private func makeIds() -> [Index] {
    var ids: [Index] = []
    let pages = ids.reserveToFill(units.total).upperHalf
    var generator = seed.adding(epoch).generator
    generator.shuffleOnTwoThreads(&ids, count: units.total, beforeDrawing: { pages.populate() }) {
      units.appendIds(0..<units.total, to: &$0)
    }
    return ids
  }

  private var parameters: String {
    "naive, \(Index.bitWidth) bits, seed \(seed), epoch \(epoch), \(units.total) samples, units \(units.contentHash)"
  }

  private var name: String {
    var hash = StableHash()
    hash.combine(parameters)
    return "naive-\(hash.hex)"
  }
}
