public import DelimitedFormats
public import ObjectStorage
public import ShardFormats

extension ShardWriter where Format: WritableFormat {
  /// Makes a writer of these columns.
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
    let options = WriterOptions(configure)
    let format = try WritingError.format { () throws(ShardError) in try Format(columns: columns, options: options) }
    try self.init(to: output, local: local, format: format, options: options, stores: stores)
  }

  /// Makes a writer of these columns into a store that is open already.
  public init(
    to store: any ObjectStore, local: String? = nil, columns: [String: Encoding],
    configure: (inout WriterOptions) -> Void = { _ in }
  ) throws(WritingError) {
    let options = WriterOptions(configure)
    let format = try WritingError.format { () throws(ShardError) in try Format(columns: columns, options: options) }
    try self.init(to: store, local: local, format: format, options: options)
  }
}

extension ShardWriter where Format == XSV {
  /// Makes a writer of columns with any separator between them; the other parameters are those of ``CSVWriter``.
  /// - Throws: ``WritingError`` as ``ShardWriter/init(to:local:format:options:stores:)``.
  public init(
    to output: String, local: String? = nil, columns: [String: Encoding], separator: String,
    stores: ObjectStoreRegistry, configure: (inout WriterOptions) -> Void = { _ in }
  ) throws(WritingError) {
    let options = WriterOptions(configure)
    let format = try WritingError.format { () throws(ShardError) in
      try XSV(columns: columns, separator: separator, newline: options.newline, settings: options.settings)
    }
    try self.init(to: output, local: local, format: format, options: options, stores: stores)
  }

  /// Makes such a writer into a store that is open already.
  public init(
    to store: any ObjectStore, local: String? = nil, columns: [String: Encoding], separator: String,
    configure: (inout WriterOptions) -> Void = { _ in }
  ) throws(WritingError) {
    let options = WriterOptions(configure)
    let format = try WritingError.format { () throws(ShardError) in
      try XSV(columns: columns, separator: separator, newline: options.newline, settings: options.settings)
    }
    try self.init(to: store, local: local, format: format, options: options)
  }
}

extension WriterOptions {
  /// The defaults, changed by the caller.
  init(_ configure: (inout WriterOptions) -> Void) {
    self.init()
    configure(&self)
  }
}
