public import DatasetWriting
public import DelimitedFormats
internal import ObjectStorage
public import ShardFormats

extension ShardWriter where Format: WritableFormat {
  /// Makes a writer at an address of any store that ``ObjectStoreRegistry/standard`` knows.
  ///
  /// The same as the form with `stores`; see there for parameters and errors.
  public init(
    to output: String, local: String? = nil, columns: [String: Encoding],
    configure: (inout WriterOptions) -> Void = { _ in }
  ) throws(WritingError) {
    try self.init(to: output, local: local, columns: columns, stores: .standard, configure: configure)
  }
}

extension ShardWriter where Format == XSV {
  /// Makes a writer of columns with any separator between them, at an address of any store of
  /// ``ObjectStoreRegistry/standard``.
  ///
  /// The same as the form with `stores`; see there for parameters and errors.
  public init(
    to output: String, local: String? = nil, columns: [String: Encoding], separator: String,
    configure: (inout WriterOptions) -> Void = { _ in }
  ) throws(WritingError) {
    try self.init(
      to: output, local: local, columns: columns, separator: separator, stores: .standard, configure: configure)
  }
}
