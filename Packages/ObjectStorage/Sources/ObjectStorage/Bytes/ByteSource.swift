/// Gives the bytes of an object that is to be stored. It can be read again from any offset, so a request can
/// be repeated and parts sent at once.
public protocol ByteSource: Sendable {
  /// How many bytes there are.
  var byteCount: Int { get }

  /// Appends bytes from `byteOffset` on, until `out` is full or the source ends.
  ///
  /// May be called from several threads at once; it may block on a file, not on a producer.
  /// - Parameter byteOffset: from 0 to ``byteCount``.
  /// - Throws: `.localFile` when the bytes can't be read, or fewer are there than ``byteCount`` told.
  func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError)

  /// How fast the bytes may be sent; nil for as fast as they go. For whoever sends them, and can wait.
  var pace: SendingPace? { get }
}

extension ByteSource {
  /// As fast as they go.
  public var pace: SendingPace? { nil }

  /// Reads up to `count` bytes from `byteOffset` into a new array; fewer only at the end.
  package func bytes(at byteOffset: Int, count: Int) throws(ObjectStoreError) -> [UInt8] {
    try [UInt8](capacity: max(0, min(count, byteCount - byteOffset))) { out throws(ObjectStoreError) in
      try read(at: byteOffset, into: &out)
    }
  }

  /// Calls `body` with all bytes in order, in pieces of at most `pieceByteCount`.
  package func forEachPiece(
    of pieceByteCount: Int = 1 << 20, _ body: (RawSpan) throws(ObjectStoreError) -> Void
  ) throws(ObjectStoreError) {
    var offset = 0
    while offset < byteCount {
      let piece = try bytes(at: offset, count: pieceByteCount)
      guard !piece.isEmpty else {
        throw ObjectStoreError(
          .localFile, url: "source", detail: "expected \(byteCount) bytes, found \(offset)",
          remedy: "leave the file alone while it is uploaded")
      }
      try body(piece.span.bytes)
      offset += piece.count
    }
  }
}
