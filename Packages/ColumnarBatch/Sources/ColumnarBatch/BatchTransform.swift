/// A function that makes a batch of another one, on the threads that assemble batches, several at a time.
///
/// ```swift
/// let schema = try BatchSchema([.fixed("pixels", .float32, rowShape: [3, 224, 224]), .fixed("label", .int64)])
/// let transform = BatchTransform(to: schema) { batch, out in
///   try out.copy(try batch.column("label"))
///   let images = try batch.column("image")
///   try out.withElements("pixels", as: Float.self) { pixels in
///     for row in 0..<images.rowCount { decode(try images.bytes(row: row), into: &pixels, row) }
///   }
/// }
/// ```
public struct BatchTransform: Sendable {
  /// The columns of what it makes.
  public let schema: BatchSchema
  package let body: @Sendable (_ batch: Batch, _ out: inout BatchWriter) throws -> Void

  /// - Parameter body: writes what becomes of a batch. Called from several threads at once, for different batches, in no
  ///   order; it should depend on the batch alone, so that a resumed run sees the same. What it throws stands in the
  ///   batch's place.
  public init(
    to schema: BatchSchema, _ body: @escaping @Sendable (_ batch: Batch, _ out: inout BatchWriter) throws -> Void
  ) {
    self.schema = schema
    self.body = body
  }
}
