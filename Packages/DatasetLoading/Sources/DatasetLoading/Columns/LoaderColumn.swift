public import ColumnarBatch

/// A column that a loader's batches have: `$0.columns = ["label", LoaderColumn("tokens", as: .uint16, padding: .toLongest())]`.
public struct LoaderColumn: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The column's name in the data set, and in the batch.
  public var name: String
  /// The type of the elements of rows of different length, which are stored as bytes or as arrays: nil leaves them the
  /// stored bytes.
  ///
  /// Of an `ndarray` column the elements of all dimensions arrive in C order, without what stands before them.
  public var elementType: DType?
  /// Makes rows of different length equally long. An `ndarray` column is padded with elements of its own type.
  public var padding: Padding?

  /// Names a column; whether there is one that suits is checked when the loader is made.
  public init(_ name: String, as elementType: DType? = nil, padding: Padding? = nil) {
    self.name = name
    self.elementType = elementType
    self.padding = padding
  }

  public init(stringLiteral name: String) { self.init(name) }
}
