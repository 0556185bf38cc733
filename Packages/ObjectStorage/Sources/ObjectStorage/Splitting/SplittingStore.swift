import BinaryIO
import Synchronization
import Threading

/// Reads large objects by several ranged requests at once.
///
/// The first piece is read alone: its answer tells the object's size and entity tag, and a small object costs no
/// other request. The further pieces are of the same version (`If-Match`). Into a ``FileSink`` each piece is written
/// where it belongs; other sinks get them in order, through memory for at most ``SplittingPolicy/window`` pieces.
/// Belongs above ``RetryingStore``: each piece is then resumed by itself.
public struct SplittingStore: StoreWrapper {
  public let base: any ObjectStore
  private let policy: SplittingPolicy

  /// Wraps a store. One that does not declare ``StoreAbilities/conditionalRead`` is read by one request as ever.
  public init(_ base: any ObjectStore, policy: SplittingPolicy = SplittingPolicy()) {
    self.base = base
    self.policy = policy
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    guard base.abilities.contains(.conditionalRead), let start = options.startOfSplit(policy) else {
      return try await base.get(key, options: options, into: sink)
    }
    var first = options
    first.range = .bytes(start..<(start + policy.pieceByteCount))
    let info: ObjectInfo
    do throws(ObjectStoreError) {
      info = try await base.get(key, options: first, into: sink)
    } catch {
      // An empty object has no first byte.
      guard error.code == .rangeNotSatisfiable, options.range == nil else { throw error }
      return try await base.get(key, options: options, into: sink)
    }
    guard let wanted = (options.range ?? .from(0)).resolved(in: info.byteCount) else { return info }
    let pieces = policy.rest(of: wanted)
    if pieces.isEmpty { return info }
    guard let tag = options.ifMatch ?? info.entityTag else {
      throw ObjectStoreError(
        .unusableAnswer, url: key.text,
        detail: "expected an entity tag to read further pieces by, found none",
        remedy: "read the object by one request")
    }
    let piecesSink: any PiecesSink =
      if let file = sink as? FileSink { FilePieces(file, pieces) } else {
        OrderedPieces(sink, pieces, window: policy.window)
      }
    _ = try await concurrently(pieces.count, window: policy.window) { index throws(ObjectStoreError) in
      let piece = try await piecesSink.sink(of: index)
      _ = try await base.get(
        key, options: GetOptions(range: .bytes(pieces[index]), ifMatch: tag), into: piece)
      guard piece.receivedByteCount == pieces[index].count else {
        throw ObjectStoreError(
          .interrupted, url: key.text,
          detail: "expected \(pieces[index].count) bytes, found \(piece.receivedByteCount)")
      }
      try piecesSink.finished(index)
    }
    return info
  }
}

extension GetOptions {
  /// Where a split read begins; nil for ranges that are short, or whose start is not known.
  fileprivate func startOfSplit(_ policy: SplittingPolicy) -> Int? {
    switch range {
    case nil: 0
    case .bytes(let range):
      range.count > policy.pieceByteCount && range.lowerBound >= 0 ? range.lowerBound : nil
    case .from(let start): start >= 0 && start < .max - policy.pieceByteCount ? start : nil
    case .suffix: nil
    }
  }
}

/// Where the pieces behind the first one go.
protocol PiecesSink: Sendable {
  /// The sink of a piece, from its first byte; waits until there is room for it.
  func sink(of index: Int) async throws(ObjectStoreError) -> any ByteSink
  /// A piece is complete.
  func finished(_ index: Int) throws(ObjectStoreError)
}

/// Pieces that lie in one file, each written where it belongs.
private final class FilePieces: PiecesSink {
  private let file: FileSink
  private let pieces: [Range<Int>]
  private let origin: Int
  private let done: Mutex<[Bool]>

  init(_ file: FileSink, _ pieces: [Range<Int>]) {
    self.file = file
    self.pieces = pieces
    origin = file.receivedByteCount
    done = Mutex(Array(repeating: false, count: pieces.count))
  }

  func sink(of index: Int) async throws(ObjectStoreError) -> any ByteSink {
    file.part(at: origin + pieces[index].lowerBound - pieces[0].lowerBound)
  }

  func finished(_ index: Int) throws(ObjectStoreError) {
    // What the file counts as received is what has no gap before it.
    let prefix = done.withLock { done in
      done[index] = true
      return done.prefix { $0 }.count
    }
    if prefix > 0 { file.advance(to: origin + pieces[prefix - 1].upperBound - pieces[0].lowerBound) }
  }
}

/// Pieces that are handed on in their order.
private final class OrderedPieces: PiecesSink {
  private struct State {
    var buffers: [Int: MemorySink] = [:]
    var ready: Set<Int> = []
    var next = 0
    var isWriting = false
  }

  private static let cause = StallCause("earlier pieces of an object")
  private let sink: any ByteSink
  private let pieces: [Range<Int>]
  private let window: Int
  private let state = Monitor(State())

  init(_ sink: any ByteSink, _ pieces: [Range<Int>], window: Int) {
    self.sink = sink
    self.pieces = pieces
    self.window = window
  }

  func sink(of index: Int) async throws(ObjectStoreError) -> any ByteSink {
    let buffer = MemorySink(limit: ByteCount(pieces[index].count))
    do throws(WaitError) {
      try await state.waitAsync(until: .never, charging: Self.cause) { state -> Void? in
        guard index < state.next + self.window else { return nil }
        state.buffers[index] = buffer
        return ()
      }
    } catch {
      throw ObjectStoreError(
        .cancelled, url: "memory", detail: "cancelled while waiting for the pieces before")
    }
    return buffer
  }

  func finished(_ index: Int) throws(ObjectStoreError) {
    state.withLock { _ = $0.ready.insert(index) }
    // One task writes at a time; it takes along what gets ready meanwhile.
    while let buffer = nextReady() {
      try sink.write(buffer.takeBytes().span.bytes)
      state.notifying { state in
        state.isWriting = false
        state.next += 1
      }
    }
  }

  private func nextReady() -> MemorySink? {
    state.withLock { state in
      guard !state.isWriting, state.ready.remove(state.next) != nil else { return nil }
      state.isWriting = true
      return state.buffers.removeValue(forKey: state.next)
    }
  }
}
