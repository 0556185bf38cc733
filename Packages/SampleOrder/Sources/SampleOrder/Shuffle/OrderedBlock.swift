/// A run of an epoch's order: the sample ids of consecutive positions.
struct OrderedBlock<Index: SampleIndex>: Sendable {
  var start = 0
  var ids: [Index] = []

  var end: Int { start + ids.count }

  func contains(_ position: Int) -> Bool { position >= start && position < end }
}

/// An order that can be produced a block at a time, from any position.
///
/// Blocks lie within a canonical node. Producing one may first walk the generator through all that numpy would have
/// drawn before; what was walked is kept.
protocol BlockOrder<Index>: Sendable {
  associatedtype Index: SampleIndex
  /// The block that holds `position` of canonical node `node`.
  mutating func block(at position: Int, node: Int) -> OrderedBlock<Index>
  /// Appends the ids of positions of a canonical node, or of the first of them, on two threads; of none where that would
  /// not pay.
  /// - Returns: the block used last.
  mutating func appendIds(
    _ run: inout PositionRun, node: Int, to out: inout OutputSpan<Int64>
  ) -> OrderedBlock<Index>?
}

extension BlockOrder {
  mutating func appendIds(
    _ run: inout PositionRun, node: Int, to out: inout OutputSpan<Int64>
  ) -> OrderedBlock<Index>? { nil }
}
