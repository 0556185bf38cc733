public import ShardFormats

/// Records that become samples, read in order: from a file, an archive, a folder.
public protocol RecordSource: Sendable {
  /// Bytes read so far, as they are stored, and of the whole, nil where that is not known: for a progress line.
  var position: (byteCount: Int, of: Int?) { get }
  /// The next sample; nil at the end.
  /// - Throws: ``ImportError`` with file and line.
  mutating func next() throws(ImportError) -> [String: ColumnValue]?
}
