import BinaryIO
import MDSFormat

/// The address and offsets of an MDS shard, without its reference: for a loop over samples of many shards.
///
/// Safe because it is part of an `OpenShard`, which keeps the shard alive and unchanged, and rows come from the index, whose
/// sample count the shard was checked against when it was opened.
struct MDSRun: @unchecked Sendable {
  let base: UnsafeRawPointer
  /// The first sample.
  let first: UnsafeRawPointer
  /// The bytes of every sample, when they are all the same.
  let sampleByteCount: Int?
  private let offsets: UnsafePointer<UInt32>?

  init(_ shard: MDSShard) {
    base = shard.file.baseAddress
    first = base + shard.offsets.first
    sampleByteCount = shard.offsets.areEven ? shard.offsets.sampleByteCount : nil
    // An immutable array's storage stays where it is for as long as the shard that holds it; an empty one is never read.
    offsets = shard.offsets.table.withUnsafeBufferPointer { $0.baseAddress }
  }

  /// Where a sample lies in the file; offsets were checked to ascend and to end inside the file.
  @inline(__always)
  func range(of row: Int) -> Range<Int> {
    if let offsets, sampleByteCount == nil {
      return Range(uncheckedBounds: (Int(offsets[row]), Int(offsets[row + 1])))
    }
    let byteCount = sampleByteCount ?? 0
    let start = first - base + row * byteCount
    return Range(uncheckedBounds: (start, start + byteCount))
  }
}
