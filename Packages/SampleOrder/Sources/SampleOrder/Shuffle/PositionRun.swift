/// Equally spaced positions within one canonical node, to be replaced by the ids there.
struct PositionRun: Sendable {
  private(set) var next: Int
  let step: Int
  private(set) var remaining: Int

  init(first: Int, step: Int, count: Int) {
    next = first
    self.step = step
    remaining = count
  }

  /// The last position; only while some remain.
  var last: Int { next + (remaining - 1) * step }

  /// The positions from the next to the last, with those between.
  var range: Range<Int> { remaining > 0 ? next..<last + 1 : next..<next }

  /// Appends the ids of as many of the next positions as lie in a block.
  @inline(__always)
  mutating func take<Index: SampleIndex>(from block: OrderedBlock<Index>, to out: inout OutputSpan<Int64>) {
    let place = next - block.start
    guard remaining > 0, place >= 0, place < block.ids.count else { return }
    let ids = block.ids.span.extracting(place...)
    let count = min(remaining, (ids.count + step - 1) / step)
    // In parts that stay in the first-level cache between the two passes.
    for first in stride(from: 0, to: count, by: 2048) {
      let part = min(2048, count - first)
      let filled = out.count
      out.append(repeating: 0, count: part)
      var all = out.mutableSpan
      var target = all._mutatingExtracting(filled..<filled + part)
      if step == 1 {
        let source = ids.extracting(first..<first + part)
        for index in target.indices { target[unchecked: index] = Int64(truncatingIfNeeded: source[unchecked: index]) }
      } else {
        for index in target.indices { target[index] = Int64(truncatingIfNeeded: ids[(first &+ index) &* step]) }
      }
    }
    next += count * step
    remaining -= count
  }

  /// Passes over as many positions, whose ids were appended otherwise.
  mutating func skip(_ count: Int) {
    next += count * step
    remaining -= count
  }
}
