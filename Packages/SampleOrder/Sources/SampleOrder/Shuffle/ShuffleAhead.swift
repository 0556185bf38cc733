import NumPyRandom
import Synchronization
import Threading

/// Shuffles that follow one another on one generator, their partners drawn on a second thread.
///
/// Draws wait for one another, exchanges for memory: on two processors the one hides behind the other. Partners go over
/// in pieces of 256 KB, so that a wait for the other side is rare; the pieces are used again.
final class ShuffleAhead {
  /// Samples below which a second thread is not worth its start.
  static let threshold = 1 << 17

  private struct Piece: Sendable {
    var partners = [UInt32](repeating: 0, count: 1 << 16)
    var count = 0
  }

  /// The generator before each shuffle and after the last.
  private struct Walk: Sendable {
    var generator: Generator
    var states: [SavedBits] = []
  }

  /// Pieces of shuffles that are done, as many as one takes: new ones would cost a fault per page.
  private static let spare = Mutex<[Piece]>([])
  private static let pieceCount = 6

  private let full = BoundedQueue<Piece>(capacity: 4)
  private let free = BoundedQueue<Piece>(capacity: 8)
  private let walk: SharedBox<Walk>
  private var thread: NamedThread?
  private var piece: Piece
  private var place = 0

  /// Starts drawing.
  /// - Parameter sizes: the elements of each shuffle, at most 2^32 of one.
  /// - Parameter beforeDrawing: what the other thread does first.
  init(sizes: [Int], generator: Generator, beforeDrawing: @escaping @Sendable () -> Void = {}) {
    walk = SharedBox(Walk(generator: generator))
    var pieces = Self.spare.withLock { spare in
      defer { spare = [] }
      return spare
    }
    while pieces.count < Self.pieceCount { pieces.append(Piece()) }
    piece = pieces.removeLast()
    piece.count = 0
    while let next = pieces.popLast() { _ = free.tryPush(next) }
    let (full, free, walk) = (full, free, walk)
    thread = NamedThread.start("order-draws") {
      beforeDrawing()
      Self.draw(sizes, from: generator, full, free, walk)
    }
  }

  deinit {
    full.close()
    free.close()
    thread.take()?.join()
    var pieces = [piece]
    while let next = free.tryPop() ?? full.tryPop() { pieces.append(next) }
    for index in pieces.indices { pieces[index].count = 0 }
    Self.spare.withLock { $0 = Array(pieces.prefix(Self.pieceCount)) }
  }

  /// Does the next shuffle, which must be of the size that was told.
  func shuffle<Index: SampleIndex>(_ elements: inout [Index]) {
    var span = elements.mutableSpan
    shuffle(&span)
  }

  /// Does the next shuffle, which must be of the size that was told.
  @specialized(where Index == UInt32)
  @specialized(where Index == Int64)
  func shuffle<Index: SampleIndex>(_ span: inout MutableSpan<Index>) {
    var top = span.count - 1
    while top > 0 {
      if place == piece.count { fetch() }
      let count = min(top, piece.count - place)
      // Pieces end early only when the other thread was told to stop.
      if count == 0 { return }
      exchangeElements(&span, from: top, with: piece.partners.span.extracting(place..<place + count))
      top -= count
      place += count
    }
  }

  /// Waits for the last draw.
  /// - Returns: the generator after the shuffles, and its places before each of them.
  func finish() -> (generator: Generator, states: [SavedBits]) {
    thread.take()?.join()
    var result = Walk(generator: ShuffleSeed(UInt64(0)).generator)
    walk.exchange(&result)
    return (result.generator, result.states)
  }

  private func fetch() {
    piece.count = 0
    _ = free.tryPush(piece)
    piece = (try? full.pop(until: .never, charging: StallCause("draws"))) ?? Piece()
    place = 0
  }

  private static func draw(
    _ sizes: [Int], from start: Generator, _ full: BoundedQueue<Piece>, _ free: BoundedQueue<Piece>, _ walk: SharedBox<Walk>
  ) {
    var generator = start
    var states: [SavedBits] = []
    states.reserveCapacity(sizes.count)
    var piece = free.tryPop() ?? Piece()
    for size in sizes {
      states.append(SavedBits(generator))
      var top = size - 1
      while top > 0 {
        var filled = piece.count
        var partners = piece.partners.mutableSpan
        generator.drawPartners(below: &top, into: &partners, filled: &filled)
        piece.count = filled
        guard piece.partners.count - piece.count < 256 else { continue }
        do { try full.push(piece, until: .never, charging: StallCause("exchanges")) } catch { return }
        piece = (try? free.pop(until: .never, charging: StallCause("exchanges"))) ?? Piece()
      }
    }
    do { try full.push(piece, until: .never, charging: StallCause("exchanges")) } catch { return }
    full.close()
    var result = Walk(generator: generator, states: states)
    walk.exchange(&result)
  }
}

extension NumPyGenerator where Bits == PCG64 {
  /// Shuffles as numpy does; a long array with the draws on a second thread.
  mutating func shuffleOnTwoThreads<Index: SampleIndex>(_ elements: inout [Index]) {
    shuffleOnTwoThreads(&elements, count: elements.count) { _ in }
  }

  /// Fills an array and shuffles it as numpy does; a long one with the draws on a second thread.
  /// - Parameter count: the elements that there will be.
  /// - Parameter beforeDrawing: what the second thread, if there is one, does first.
  mutating func shuffleOnTwoThreads<Index: SampleIndex>(
    _ elements: inout [Index], count: Int, beforeDrawing: @escaping @Sendable () -> Void = {},
    filling fill: (inout [Index]) -> Void
  ) {
    guard count >= ShuffleAhead.threshold, count <= Int(UInt32.max) else {
      fill(&elements)
      return shuffle(&elements)
    }
    let ahead = ShuffleAhead(sizes: [count], generator: self, beforeDrawing: beforeDrawing)
    fill(&elements)
    ahead.shuffle(&elements)
    self = ahead.finish().generator
  }
}
