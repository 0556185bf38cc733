public import MDSFormat
public import ObjectStorage
public import ShardFormats

/// Writes a data set of MDS shards: columns of any encoding.
public typealias MDSWriter = ShardWriter<MDS>

extension ShardWriter where Format == MDS {
  /// Makes a writer of MDS shards.
  ///
  /// ```swift
  /// var writer = try MDSWriter(to: "s3://bucket/train", columns: ["image": .jpeg, "label": .int], stores: stores) {
  ///   $0.compression = .zstd(level: 3)
  ///   $0.hashes = [.xxh64]
  /// }
  /// ```
  /// - Parameter output: the path or URL of the data set, which is made when absent.
  /// - Parameter local: a directory where shards are made, when `output` is elsewhere; nil makes them in memory then.
  /// - Parameter columns: names and encodings; shards have them sorted by name.
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

  /// Makes a writer of MDS shards into a store that is open already.
  public init(
    to store: any ObjectStore, local: String? = nil, columns: [String: Encoding],
    configure: (inout WriterOptions) -> Void = { _ in }
  ) throws(WritingError) {
    var options = WriterOptions()
    configure(&options)
    try self.init(to: store, local: local, format: try .forWriter(columns, options), options: options)
  }
}

extension MDS {
  fileprivate static func forWriter(
    _ columns: [String: Encoding], _ options: WriterOptions
  ) throws(WritingError) -> MDS {
    try WritingError.format { () throws(ShardError) in try MDS(columns: columns, settings: options.settings) }
  }
}
