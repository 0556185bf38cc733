public import DelimitedFormats
public import MDSFormat
public import ShardFormats

/// Writes a data set of MDS shards: columns of any encoding.
public typealias MDSWriter = ShardWriter<MDS>
/// Writes a data set of comma-separated text: columns `str`, `int`, `float`, no quotes. ``WriterOptions/newline`` counts.
public typealias CSVWriter = ShardWriter<CSV>
/// Writes a data set of tab-separated text, otherwise as ``CSVWriter``.
public typealias TSVWriter = ShardWriter<TSV>
/// Writes a data set of text with any separator, otherwise as ``CSVWriter``.
public typealias XSVWriter = ShardWriter<XSV>
/// Writes a data set of a JSON object per line: columns `str`, `int`, `float`. ``WriterOptions/newline`` counts.
public typealias JSONWriter = ShardWriter<JSONLines>

/// A format that is made of columns and a writer's options, nothing else: what `ShardWriter(to:columns:…)` can make.
public protocol WritableFormat: ShardFormat {
  /// - Parameter columns: names and encodings; shards have them sorted by name.
  /// - Parameter options: compression, hashes, size limit and newline count.
  /// - Throws: ``ShardError`` `.unknownEncoding`, `.badOption`.
  init(columns: [String: Encoding], options: WriterOptions) throws(ShardError)
}

extension MDS: WritableFormat {
  public init(columns: [String: Encoding], options: WriterOptions) throws(ShardError) {
    try self.init(columns: columns, settings: options.settings)
  }
}

extension CSV: WritableFormat {
  public init(columns: [String: Encoding], options: WriterOptions) throws(ShardError) {
    try self.init(columns: columns, newline: options.newline, settings: options.settings)
  }
}

extension TSV: WritableFormat {
  public init(columns: [String: Encoding], options: WriterOptions) throws(ShardError) {
    try self.init(columns: columns, newline: options.newline, settings: options.settings)
  }
}

extension JSONLines: WritableFormat {
  public init(columns: [String: Encoding], options: WriterOptions) throws(ShardError) {
    try self.init(columns: columns, newline: options.newline, settings: options.settings)
  }
}
