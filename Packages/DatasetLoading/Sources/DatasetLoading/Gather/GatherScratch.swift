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
  /// Copies to make.
  private(set) var items = UnsafeMutableBufferPointer<GuardedCopy.Item>(start: nil, count: 0)

  /// Makes room for `rows` samples of `columns` columns, `variable` of them of variable size.
  mutating func reserve(rows: Int, columns: Int, variable: Int) {
    Self.grow(&sources, to: rows)
    Self.grow(&byteCounts, to: rows)
    Self.grow(&heads, to: rows * variable)
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
  }
}
