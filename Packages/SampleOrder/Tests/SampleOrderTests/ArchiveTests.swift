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

  @Test("of another length, or where nothing can be kept, the order is made in memory")
  func refused() throws {
    let whole = try Self.ids(nil)
    for failure in [MemoryArchive.Failure.cut, .refused] {
      #expect(try Self.ids(MemoryArchive(failing: failure)) == whole)
    }
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
  enum Failure { case cut, refused }

  private let failure: Failure?
  private let content = Mutex<[String: (parameters: String, bytes: [UInt8])]>([:])
  private let made = Atomic<Int>(0)
  let lostPiece = Mutex<Int?>(nil)

  init(failing failure: Failure? = nil) { self.failure = failure }

  var makeCount: Int { made.load(ordering: .relaxed) }
  var isEmpty: Bool { content.withLock { $0.isEmpty } }

  func kept<Number: BitwiseCopyable>(
    _ name: String, parameters: String, making make: () -> [Number]
  ) -> (any KeptOrder)? {
    if failure == .refused { return nil }
    let known = content.withLock { $0[name] }
    var bytes = known?.parameters == parameters ? known?.bytes ?? [] : []
    if bytes.isEmpty {
      made.add(1, ordering: .relaxed)
      let numbers = make()
      let span = numbers.span.bytes
      bytes = span.byteOffsets.map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
      content.withLock { $0[name] = (parameters, bytes) }
    }
    if failure == .cut { bytes.removeLast(4) }
    return Kept(bytes: bytes, lostPiece: lostPiece.withLock { $0 })
  }

  func discard(_ name: String) { content.withLock { $0[name] = nil } }

  private struct Kept: KeptOrder {
    let bytes: [UInt8]
    let lostPiece: Int?
    static let pieceByteCount = 1 << 16
    var byteCount: Int { bytes.count }

    func withPiece<R>(_ number: Int, _ body: (RawSpan) -> R) -> R? {
      if number == lostPiece { return nil }
      let part: [UInt8] = Array(bytes[number << 16..<min(bytes.count, (number + 1) << 16)])
      return body(part.span.bytes)
    }
  }
}
