public import DelimitedFormats
public import ObjectStorage
public import ShardFormats

/// Writes a data set of tab-separated text, otherwise as ``CSVWriter``.
public typealias TSVWriter = ShardWriter<TSV>

extension ShardWriter where Format == TSV {
  /// Makes a writer of such shards; the parameters are those of ``MDSWriter``, ``WriterOptions/newline`` counts.
  /// - Throws: ``WritingError`` as ``ShardWriter/init(to:local:format:options:stores:)``.
  public init(
    to output: String, local: String? = nil, columns: [String: Encoding], stores: ObjectStoreRegistry,
    configure: (inout WriterOptions) -> Void = { _ in }
  ) throws(WritingError) {
    var options = WriterOptions()
    configure(&options)
    try self.init(
      to: output, local: local, format: try .forWriter(columns, options), options: options, stores: stores)
  }

  /// Makes a writer of such shards into a store that is open already.
  public init(
    to store: any ObjectStore, local: String? = nil, columns: [String: Encoding],
    configure: (inout WriterOptions) -> Void = { _ in }
  ) throws(WritingError) {
    var options = WriterOptions()
    configure(&options)
    try self.init(to: store, local: local, format: try .forWriter(columns, options), options: options)
  }
}

extension TSV {
  fileprivate static func forWriter(
    _ columns: [String: Encoding], _ options: WriterOptions
  ) throws(WritingError) -> TSV {
    try WritingError.format { () throws(ShardError) in
      try TSV(columns: columns, newline: options.newline, settings: options.settings)
    }
  }
}
