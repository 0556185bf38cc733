extension NumPyGenerator {
  /// Draws the partners of a Fisher–Yates shuffle without its exchanges: those of position `top`, `top` − 1, … 1.
  ///
  /// For a thread that draws ahead of another one that exchanges; together they do what ``shuffle(_:)`` does.
  /// - Parameter top: the next position to draw for, below 2³²; 0 once the shuffle is complete.
  /// - Parameter filled: how many partners are in `partners`; drawing stops while there is room for fewer than 256.
  @inlinable
  package mutating func drawPartners(
    below top: inout Int, into partners: inout MutableSpan<UInt32>, filled: inout Int
  ) {
    var batch = InlineArray<256, UInt32>(repeating: 0)
    while top > 0, partners.count - filled >= 256 {
      let drawn = bits.nextPartners(below: &top, into: &batch)
      for place in 0..<drawn { partners[filled &+ place] = batch[place & 255] }
      filled += drawn
    }
  }
}
