import BinaryIO

/// Memory that one loader thread uses again for every batch: grown to the largest batch, never shrunk.
///
/// Safe because one thread has it at a time and nothing keeps a pointer beyond the batch it was filled for.
struct GatherScratch: ~Copyable {
  /// For each sample, its first byte in the mapping.
  private(set) var sources = UnsafeMutableBufferPointer<UnsafeRawPointer?>(start: nil, count: 0)
  /// For each sample, its length in bytes.
  private(set) var byteCounts = UnsafeMutableBufferPointer<Int>(start: nil, count: 0)
  /// For each sample, the sizes of its variable columns, as they stand at its start.
  private(set) var heads = UnsafeMutableBufferPointer<UInt32>(start: nil, count: 0)
  /// For each shard of the batch, where its samples lie.
  private(set) var runs = UnsafeMutableBufferPointer<MDSRun>(start: nil, count: 0)
  /// The shards of the batch, while it is assembled.
  var shards: [OpenShard] = []
  /// Where the columns that are copied sample by sample go.
  private(set) var targets = UnsafeMutableBufferPointer<GatherTarget>(start: nil, count: 0)
  /// Copies to make.
  private(set) var items = UnsafeMutableBufferPointer<GuardedCopy.Item>(start: nil, count: 0)

  /// Makes room for `rows` samples of `columns` columns, `variable` of them of variable size, out of `shards` shards.
  mutating func reserve(rows: Int, columns: Int, variable: Int, shards: Int) {
    Self.grow(&runs, to: shards)
    Self.grow(&sources, to: rows)
    Self.grow(&byteCounts, to: rows)
    Self.grow(&heads, to: rows * variable)
    Self.grow(&targets, to: columns)
    if variable > 0 { Self.grow(&items, to: rows * columns) }
  }

  private static func grow<T>(_ buffer: inout UnsafeMutableBufferPointer<T>, to count: Int) {
    guard buffer.count < count else { return }
    buffer.deallocate()
    buffer = .allocate(capacity: count + count / 4)
  }

  deinit {
    sources.deallocate()
    byteCounts.deallocate()
    heads.deallocate()
    items.deallocate()
    runs.deallocate()
    targets.deallocate()
  }
}

/// Where one column's rows go: at a stride, or at offsets in the column's elements, bytes.
struct GatherTarget {
  let values: UnsafeMutableRawPointer
  let stride: Int
  let offsets: UnsafeMutablePointer<Int64>?
}
