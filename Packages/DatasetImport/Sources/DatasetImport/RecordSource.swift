public import ShardFormats

/// A file of records that become samples, read in order.
public protocol RecordSource: Sendable {
  /// Bytes of the file read so far, and of the whole file: for a progress line.
  var position: (byteCount: Int, of: Int) { get }
  /// The next sample; nil at the end.
  /// - Throws: ``ImportError`` with file and line.
  mutating func next() throws(ImportError) -> [String: ColumnValue]?
}
