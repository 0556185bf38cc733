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
    if step == 1 {
      for index in 0..<count { out.append(Int64(truncatingIfNeeded: ids[index])) }
    } else {
      for index in 0..<count { out.append(Int64(truncatingIfNeeded: ids[index &* step])) }
    }
    next += count * step
    remaining -= count
  }
}
