public import DatasetWriting
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
