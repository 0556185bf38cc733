/// How a large object is read by several requests at once.
public struct SplittingPolicy: Sendable, Hashable {
  /// Bytes of one request.
  public var pieceByteCount: Int
  /// Requests at once.
  public var window: Int

  /// Makes a policy. Where the sink is no file, up to `window` pieces are held in memory.
  public init(pieceByteCount: Int = 16 << 20, window: Int = 4) {
    self.pieceByteCount = max(64 << 10, pieceByteCount)
    self.window = max(1, window)
  }

  /// The pieces of the bytes `range`, the first of which was read already.
  func rest(of range: Range<Int>) -> [Range<Int>] {
    stride(from: range.lowerBound + pieceByteCount, to: range.upperBound, by: pieceByteCount).map {
      $0..<min($0 + pieceByteCount, range.upperBound)
    }
  }
}
