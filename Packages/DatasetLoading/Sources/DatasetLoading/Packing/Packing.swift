import ColumnarBatch

/// How samples of different length, documents, are put one after another into rows of one length, sequences.
public struct Packing: Sendable, Hashable {
  /// The documents' column and the type of its elements, the tokens: `LoaderColumn("tokens", as: .uint16)`.
  public var column: LoaderColumn
  /// Tokens of a sequence, at least 1.
  public var length: Int
  /// Sequences of a batch. Nil: as many as the data set's batch size.
  public var batchSize: Int?
  /// A token put after each document, such as the end of a text.
  public var separator: Int?
  /// Whether a document goes on in the next sequence where one is full. Else a document that does not fit begins a new
  /// sequence, and only those longer than a sequence are cut.
  public var splitsDocuments = true
  /// What fills up a sequence that nothing more goes into.
  public var filler = 0
  /// Leave out a last sequence that is not full, and a last batch that is shorter than the others.
  public var dropsLast = false
  /// Batches of an epoch. Ranks get documents of different length, so they would end at different batches: with a number,
  /// all give so many, ranks that are through early beginning their documents again. Nil: until the documents end.
  public var batchCount: Int?

  /// Packs a column's rows into sequences of `length` tokens.
  public init(_ column: LoaderColumn, length: Int) {
    self.column = column
    self.length = length
  }

  /// The columns of packed batches: the tokens under their name, shape (batch, length); `positions`, each token's place in
  /// its piece of a document; `boundaries`, ragged, where in the sequence pieces begin, from 0, with the length at the end:
  /// what variable-length attention takes. What fills up a sequence counts as a piece.
  func schema(tokens dtype: DType) throws(BatchError) -> BatchSchema {
    try BatchSchema([
      .fixed(column.name, dtype, rowShape: [length]), .fixed("positions", .int32, rowShape: [length]),
      .ragged("boundaries", .int32),
    ])
  }

  /// The settings that tokens and their order depend on, for a state.
  var fingerprint: String {
    "\(column.name) \(column.elementType.map { "\($0)" } ?? "") \(length) \(separator.map(String.init) ?? "none") \(splitsDocuments)"
  }
}
