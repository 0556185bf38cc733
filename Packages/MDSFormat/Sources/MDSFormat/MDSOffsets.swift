/// Where each sample of a shard starts, and where the last one ends.
///
/// Samples of one size need two numbers instead of 4 bytes each, and a look-up touches no memory.
package struct MDSOffsets: Sendable {
  /// The first sample's start.
  package let first: Int
  /// The bytes of every sample; meaningless with a ``table``.
  package let sampleByteCount: Int
  /// `count + 1` ascending positions; empty when all samples have the same size.
  package let table: [UInt32]

  /// - Parameter positions: `count + 1` positions that were checked to ascend.
  init(_ positions: [UInt32]) {
    let start = positions.first ?? 0
    let size = positions.count > 1 ? positions[1] &- start : 0
    var difference: UInt32 = 0
    for index in positions.indices.dropLast() { difference |= (positions[index + 1] &- positions[index]) ^ size }
    first = Int(start)
    sampleByteCount = Int(size)
    table = difference == 0 ? [] : positions
  }

  /// Whether all samples have ``sampleByteCount`` bytes.
  package var areEven: Bool { table.isEmpty }

  /// The bytes of a sample in its file.
  /// - Precondition: there is such a sample.
  package func range(of sample: Int) -> Range<Int> {
    guard areEven else { return Int(table[sample])..<Int(table[sample + 1]) }
    let start = first + sample * sampleByteCount
    return start..<start + sampleByteCount
  }
}
