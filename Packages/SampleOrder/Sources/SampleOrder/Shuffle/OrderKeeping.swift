/// The whole order of an epoch's units in an archive: its name there, and its ids as little-endian numbers.
struct OrderKeeping<Index: SampleIndex>: Sendable {
  private let archive: any OrderArchive
  private let name: String
  private let parameters: String
  private let byteCount: Int

  private static func isWorthKeeping(_ shuffle: ShuffleSettings, _ count: Int, _ archive: any OrderArchive) -> Bool {
    switch shuffle.algorithm {
    // All of it has to be made and held before the first sample is known.
    case .naive: count >= 1 << 17
    // To find a position, they walk from the start of the epoch and make a block or more.
    case .py1e, .py1br, .py2s: archive.resumableLengths.contains(count)
    case .py1s, .feistel, .none: false
    }
  }

  /// - Returns: nil where there is no archive, or keeping is not worth it.
  init?(units: UnitTable, shuffle: ShuffleSettings, archive: (any OrderArchive)?) {
    guard let archive, Self.isWorthKeeping(shuffle, units.total, archive) else { return nil }
    self.archive = archive
    byteCount = units.total * MemoryLayout<Index>.stride
    var parameters =
      "\(shuffle.algorithm.rawValue), \(Index.bitWidth) bits, seed \(shuffle.seed), epoch \(shuffle.epoch), "
      + "\(units.total) samples, units \(units.contentHash)"
    if shuffle.algorithm != .naive {
      parameters += ", \(shuffle.canonicalNodes) canonical nodes, block size \(shuffle.blockSize)"
    }
    self.parameters = parameters
    var hash = StableHash()
    hash.combine(parameters)
    name = "\(shuffle.algorithm.rawValue)-\(hash.hex)"
  }

  /// The order, where it is kept.
  func found() -> KeptIds<Index>? {
    archive.kept(name, parameters: parameters, byteCount: byteCount).map { KeptIds(order: $0) }
  }

  /// Keeps the order, unless another process does.
  func keep(waits: Bool, making next: () throws -> [Index]?) -> KeptIds<Index>? {
    archive.keep(name, parameters: parameters, byteCount: byteCount, waits: waits) {
      let ids = try next()
      // Nothing to do on a little-endian machine.
      return Index(1).littleEndian == 1 ? ids : ids?.map(\.littleEndian)
    }.map { KeptIds(order: $0) }
  }

  func discard() { archive.discard(name) }
}

/// An order that an archive keeps.
struct KeptIds<Index: SampleIndex>: Sendable {
  let order: any KeptOrder

  /// The ids around a position; nil where they are damaged.
  @specialized(where Index == UInt32)
  func block(at position: Int) -> OrderedBlock<Index>? {
    // A piece holds whole numbers.
    let count = type(of: order).pieceByteCount / MemoryLayout<Index>.stride
    let ids = order.withPiece(position / count) { bytes in
      var ids = [Index](repeating: 0, count: bytes.byteCount / MemoryLayout<Index>.stride)
      var span = ids.mutableSpan
      for place in span.indices {
        let offset = place &* MemoryLayout<Index>.stride
        span[place] = Index(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Index.self))
      }
      return ids
    }
    let block = OrderedBlock(start: position / count * count, ids: ids ?? [])
    return block.contains(position) ? block : nil
  }
}
