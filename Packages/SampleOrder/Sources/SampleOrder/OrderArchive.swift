/// Keeps what an order works out for a whole epoch, for all processes of a node and for runs to come.
///
/// This package reads and writes nothing itself: a loader gives its ``RunOrder`` an archive, which may keep files. What is
/// kept follows from its parameters alone, so that losing it costs time and nothing else.
package protocol OrderArchive: Sendable {
  /// What is kept under a name, if it is of these parameters; worked out and kept where there is none.
  ///
  /// Blocks while another process works out the same.
  /// - Parameter make: the numbers, to be kept as little-endian bytes.
  /// - Returns: nil where nothing can be kept, also after `make` was called.
  func kept<Number: BitwiseCopyable>(_ name: String, parameters: String, making make: () -> [Number]) -> (any KeptOrder)?
  /// Forgets what was found to be damaged.
  func discard(_ name: String)
}

/// Bytes that an ``OrderArchive`` keeps, in pieces of one length but for the last.
package protocol KeptOrder: Sendable {
  /// Bytes in all.
  var byteCount: Int { get }
  /// Bytes of each piece but the last.
  static var pieceByteCount: Int { get }
  /// Calls `body` with a piece that is as it was written; nil where it is not, or not any more.
  func withPiece<R>(_ number: Int, _ body: (RawSpan) -> R) -> R?
}
