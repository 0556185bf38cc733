import BinaryIO
import MDSFormat

/// The address and offsets of an MDS shard, without its reference: for a loop over samples of many shards.
///
/// Safe because whoever makes one keeps the shard alive while it is used, and rows come from the index, whose sample count
/// the shard was checked against when it was opened.
struct MDSRun {
  let base: UnsafeRawPointer
  private let offsets: UnsafePointer<UInt32>

  /// Nil never happens for an open shard: it has at least one offset.
  init?(_ shard: MDSShard) {
    // An immutable array's storage stays where it is for as long as the shard that holds it.
    guard let offsets = shard.offsets.withUnsafeBufferPointer({ $0.baseAddress }) else { return nil }
    base = shard.file.baseAddress
    self.offsets = offsets
  }

  /// Where a sample lies in the file; offsets were checked to ascend and to end inside the file.
  @inline(__always)
  func range(of row: Int) -> Range<Int> {
    Range(uncheckedBounds: (Int(offsets[row]), Int(offsets[row + 1])))
  }
}
