/// A column that a loader's batches have: `$0.columns = ["image", "label"]`.
public struct LoaderColumn: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The column's name in the data set, and in the batch.
  public var name: String

  /// Names a column; whether there is one is checked when the loader is made.
  public init(_ name: String) { self.name = name }

  public init(stringLiteral name: String) { self.init(name) }
}
