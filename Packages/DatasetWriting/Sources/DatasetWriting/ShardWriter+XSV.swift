public import DelimitedFormats
public import ObjectStorage
public import ShardFormats

/// Writes a data set of text with any separator, otherwise as ``CSVWriter``.
public typealias XSVWriter = ShardWriter<XSV>

extension ShardWriter where Format == XSV {
  /// Makes a writer of such shards; but for `separator` the parameters are those of ``MDSWriter``, ``WriterOptions/newline`` counts.
  /// - Throws: ``WritingError`` as ``ShardWriter/init(to:local:format:options:stores:)``.
  public init(
    to output: String, local: String? = nil, columns: [String: Encoding], separator: String,
    stores: ObjectStoreRegistry,
    configure: (inout WriterOptions) -> Void = { _ in }
  ) throws(WritingError) {
    var options = WriterOptions()
    configure(&options)
    try self.init(
      to: output, local: local, format: try .forWriter(columns, separator, options), options: options,
      stores: stores)
  }

  /// Makes a writer of such shards into a store that is open already.
  public init(
    to store: any ObjectStore, local: String? = nil, columns: [String: Encoding], separator: String,
    configure: (inout WriterOptions) -> Void = { _ in }
  ) throws(WritingError) {
    var options = WriterOptions()
    configure(&options)
    try self.init(
      to: store, local: local, format: try .forWriter(columns, separator, options), options: options)
  }
}

extension XSV {
  fileprivate static func forWriter(
    _ columns: [String: Encoding], _ separator: String, _ options: WriterOptions
  ) throws(WritingError) -> XSV {
    try WritingError.format { () throws(ShardError) in
      try XSV(columns: columns, separator: separator, newline: options.newline, settings: options.settings)
    }
  }
}
