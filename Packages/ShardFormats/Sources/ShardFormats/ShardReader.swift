/// An open shard: samples by number, each a view of the shard's bytes.
///
/// Implementers need the experimental feature `Lifetimes`; callers do not. Any thread may read, any number at once.
public protocol ShardReader: Sendable {
  /// The number of samples.
  var count: Int { get }
  /// The columns, in the order of their numbers.
  var columns: [ColumnSpec] { get }
  /// Finds a column's number, for the forms that take one: resolve names once, outside of loops.
  /// - Throws: ``ShardError`` `.noSuchColumn`.
  func columnNumber(_ name: String) throws(ShardError) -> Int
  /// The `index`-th sample. Never blocks but for the page faults of a mapped file; copies nothing.
  /// - Throws: ``ShardError`` `.noSuchSample`; `.badOffset` or `.badSample` when the shard's bytes contradict themselves.
  @_lifetime(borrow self)
  borrowing func sample(at index: Int) throws(ShardError) -> Sample
}

/// What a sample knows of its shard: where the columns of a sample's bytes lie, and what they mean.
///
/// One object per shard, immutable. A format that is not upstream's implements this and ``ShardReader``.
public protocol SampleLayout: AnyObject, Sendable {
  /// The shard's file, for errors.
  var file: String { get }
  var columns: [ColumnSpec] { get }
  /// The number of ``columns``; asked for with every look at a column, so that a stored one saves time.
  var columnCount: Int { get }
  /// A column's number, nil when there is no such column.
  func columnNumber(_ name: String) -> Int?
  /// Where the column's bytes lie in the sample.
  /// - Parameter column: a number in `columns.indices`.
  /// - Throws: ``ShardError`` `.badSample` when the sample's parts do not fill it, without file, sample and column.
  func range(of column: Int, in sample: RawSpan) throws(ShardError) -> Range<Int>
  /// The value of a column's bytes.
  /// - Throws: ``ShardError`` `.undecodable`, without file, sample and column.
  func value(of column: Int, in bytes: RawSpan) throws(ShardError) -> ColumnValue
}

extension SampleLayout {
  public var columnCount: Int { columns.count }
}
