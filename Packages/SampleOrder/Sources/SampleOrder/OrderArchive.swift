/// Keeps what an order works out for a whole epoch, for all processes of a node and for runs to come.
///
/// This package reads and writes nothing itself: a loader gives its ``RunOrder`` an archive, which may keep files. What is
/// kept follows from its parameters alone, so that losing it costs time and nothing else.
package protocol OrderArchive: Sendable {
  /// How long orders are, in samples, that are kept for a run that resumes in them: shorter ones are worked out as quickly
  /// as they are read, longer ones take more room than that is worth.
  var resumableLengths: Range<Int> { get }
  /// What is kept under a name; nil where there is none, or it is of other parameters or another length.
  func kept(_ name: String, parameters: String, byteCount: Int) -> (any KeptOrder)?
  /// Works out what is to be kept under a name, unless somebody has meanwhile. Blocks.
  /// - Parameter waits: whether to wait for another process that works out the same; else there is nothing to keep then.
  /// - Parameter next: gives numbers, kept as they are in memory, until it gives nil; what it throws ends it, and nothing
  ///   is kept.
  /// - Returns: nil where nothing is kept, for whatever reason.
  func keep<Number: BitwiseCopyable>(
    _ name: String, parameters: String, byteCount: Int, waits: Bool, making next: () throws -> [Number]?
  ) -> (any KeptOrder)?
  /// Forgets what was found to be damaged.
  func discard(_ name: String)
}

/// Bytes that an ``OrderArchive`` keeps, in pieces of one length but for the last.
package protocol KeptOrder: Sendable {
  /// Bytes of each piece but the last, a power of two and at least 8.
  static var pieceByteCount: Int { get }
  /// Calls `body` with a piece that is as it was written; nil where it is not, or not any more.
  func withPiece<R>(_ number: Int, _ body: (RawSpan) -> R) -> R?
}
