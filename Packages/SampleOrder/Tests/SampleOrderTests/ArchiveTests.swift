import Synchronization
import Testing

@testable import SampleOrder

/// What is kept for all processes of a node.
@Suite struct ArchiveTests {
  private static let sizes = [60_000, 0, 80_000, 1234]
  private static let settings = ShuffleSettings(algorithm: .naive, canonicalNodes: 2, seed: 9, epoch: 1, blockSize: 7000)

  private static func ids(_ archive: MemoryArchive?, epoch: Int = 1) throws -> [Int64] {
    var settings = settings
    settings.epoch = epoch
    var lookup = try StreamOrder<UInt32>(units: UnitTable(sizes: sizes), shuffle: settings, archive: archive)
    var ids = [Int64](0..<Int64(sizes.reduce(0, +)))
    var span = ids.mutableSpan
    lookup.translate(&span)
    return ids
  }

  @Test("naive's order is made once, and read from the archive the same, forwards and by jumps")
  func madeOnce() throws {
    let whole = try Self.ids(nil)
    let archive = MemoryArchive()
    for _ in 0..<3 { #expect(try Self.ids(archive) == whole) }
    #expect(archive.makeCount == 1)
    let next = try Self.ids(nil, epoch: 2)
    #expect(try Self.ids(archive, epoch: 2) == next)
    #expect(archive.makeCount == 2)
    var lookup = try StreamOrder<UInt32>(units: UnitTable(sizes: Self.sizes), shuffle: Self.settings, archive: archive)
    for first in [141_000, 0, 70_617, 70_000, 16_383] {
      let ids = [Int64](capacity: 100) { out in
        lookup.appendIds(PositionRun(first: first, step: 2, count: 100), to: &out)
      }
      #expect(ids == (0..<100).map { whole[first + 2 * $0] }, "from \(first)")
    }
  }

  @Test("what was damaged is worked out again, and forgotten")
  func damaged() throws {
    let whole = try Self.ids(nil)
    let archive = MemoryArchive()
    _ = try Self.ids(archive)
    archive.lostPiece.withLock { $0 = 3 }
    #expect(try Self.ids(archive) == whole)
    #expect(archive.makeCount == 1 && archive.isEmpty)
    archive.lostPiece.withLock { $0 = nil }
    #expect(try Self.ids(archive) == whole)
    #expect(archive.makeCount == 2)
  }

  @Test("where nothing can be kept, the order is made in memory")
  func refused() throws {
    let whole = try Self.ids(nil)
    #expect(try Self.ids(MemoryArchive(isRefusing: true)) == whole)
  }

  @Test("an order is kept in the background, and whoever resumes reads it", arguments: [ShuffleAlgorithm.py1e, .py1br, .py2s])
  func background(algorithm: ShuffleAlgorithm) throws {
    let sizes = [Int](repeating: 467, count: 90) + [77]
    let shape = try DatasetShape(shardSizes: sizes)
    var options = OrderOptions(batchSize: 10)
    options.shuffle = algorithm
    options.canonicalNodes = 3
    options.blockSize = 6000
    let archive = MemoryArchive()
    var run = try RunOrder(shape: shape, options: options, world: .single)
    let plain = try run.nextPlan()
    run = try RunOrder(shape: shape, options: options, world: .single)
    run.archive = archive
    let first = try run.nextPlan()
    first.keepOrder { true }
    #expect(archive.isEmpty)
    first.keepOrder { false }
    #expect(!archive.isEmpty && archive.makeCount == 2)
    run.skipEpoch()
    run.goBack(to: first.state(afterBatches: 2_000, rank: 0))
    let resumed = try run.nextPlan()
    #expect(resumed.samples(rank: 0, batches: 0..<100) == plain.samples(rank: 0, batches: 2_000..<2_100))
    resumed.keepOrder { false }
    #expect(archive.makeCount == 2)
  }

  @Test("tables that give other ids have another hash")
  func hashes() throws {
    let shape = try DatasetShape(shardSizes: [5, 6, 7])
    func hash(_ size: Int?, _ seed: ShuffleSeed = 1, epoch: Int = 0) throws -> String {
      var options = OrderOptions(batchSize: 2)
      options.seed = seed
      options.epochSize = size
      let weights = try EpochWeights(shape: shape, epochSize: options.epochSize, seed: seed)
      return try UnitTable(shape: shape, streams: 0..<1, weights: weights, options: options, epoch: epoch).contentHash
    }
    let hashes = [
      try hash(nil), try hash(36), try hash(17), try hash(16), try hash(16, 2), try hash(16, epoch: 1),
      try UnitTable(sizes: [6, 5, 7]).contentHash,
    ]
    #expect(Set(hashes).count == hashes.count)
    let (plain, again) = (try UnitTable(sizes: [5, 6, 7]).contentHash, try hash(16))
    #expect(hashes[0] == plain && hashes[3] == again)
  }
}

/// An archive in memory, with pieces of 64 KB.
private final class MemoryArchive: OrderArchive {
  let resumableLengths = 10_000..<1_000_000
  private let isRefusing: Bool
  private let content = Mutex<[String: (parameters: String, bytes: [UInt8])]>([:])
  private let made = Atomic<Int>(0)
  let lostPiece = Mutex<Int?>(nil)

  init(isRefusing: Bool = false) { self.isRefusing = isRefusing }

  var makeCount: Int { made.load(ordering: .relaxed) }
  var isEmpty: Bool { content.withLock { $0.isEmpty } }

  func kept(_ name: String, parameters: String, byteCount: Int) -> (any KeptOrder)? {
    guard let known = content.withLock({ $0[name] }), known.parameters == parameters, known.bytes.count == byteCount
    else { return nil }
    return Kept(bytes: known.bytes, lostPiece: lostPiece.withLock { $0 })
  }

  func keep<Number: BitwiseCopyable>(
    _ name: String, parameters: String, byteCount: Int, waits: Bool, making next: () throws -> [Number]?
  ) -> (any KeptOrder)? {
    if isRefusing { return nil }
    made.add(1, ordering: .relaxed)
    var bytes: [UInt8] = []
    do {
      while let numbers = try next() {
        let span = numbers.span.bytes
        bytes += span.byteOffsets.map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
      }
    } catch { return nil }
    content.withLock { $0[name] = (parameters, bytes) }
    return kept(name, parameters: parameters, byteCount: byteCount)
  }

  func discard(_ name: String) { content.withLock { $0[name] = nil } }

  private struct Kept: KeptOrder {
    let bytes: [UInt8]
    let lostPiece: Int?
    static let pieceByteCount = 1 << 16
    func withPiece<R>(_ number: Int, _ body: (RawSpan) -> R) -> R? {
      if number == lostPiece { return nil }
      let part: [UInt8] = Array(bytes[number << 16..<min(bytes.count, (number + 1) << 16)])
      return body(part.span.bytes)
    }
  }
}
