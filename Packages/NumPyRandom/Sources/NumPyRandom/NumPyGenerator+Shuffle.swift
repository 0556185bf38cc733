extension NumPyGenerator {
  /// Shuffles in place; numpy's `Generator.shuffle`, which treats lists and arrays of any element alike.
  ///
  /// Fisher–Yates from the end, partners by masked rejection (`random_interval`): 32-bit draws for positions
  /// below 2³². Rejection is free of branches: partners are drawn in batches of up to 256, then swapped.
  /// - Complexity: O(count), no allocation.
  @inlinable
  public mutating func shuffle<Element: ~Copyable>(_ elements: inout MutableSpan<Element>) {
    var top = elements.count - 1
    while top >= 0xffff_ffff {
      let partner = Int(truncatingIfNeeded: bits.nextMasked(upTo: UInt64(truncatingIfNeeded: top)))
      elements.swapAt(top, partner)
      top -= 1
    }
    var partners = InlineArray<256, UInt32>(repeating: 0)
    while top > 0 {
      let last = top
      let drawn = bits.nextPartners(below: &top, into: &partners)
      for place in 0..<drawn {
        elements.swapAt(last &- place, Int(truncatingIfNeeded: partners[place & 255]))
      }
    }
  }

  /// Shuffles an array in place; numpy's `Generator.shuffle`.
  /// - Complexity: O(count), no allocation unless the array's storage is shared.
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    var span = elements.mutableSpan
    shuffle(&span)
  }

  /// Passes over the draws that ``shuffle(_:)`` of `count` elements makes, without elements.
  ///
  /// The generator ends in the same state; a plan uses it to find where later draws begin.
  /// - Complexity: O(count); about the time of the draws alone.
  @inlinable
  public mutating func skipShuffle(count: Int) {
    var top = count - 1
    while top >= 0xffff_ffff {
      _ = bits.nextMasked(upTo: UInt64(truncatingIfNeeded: top))
      top -= 1
    }
    var partners = InlineArray<256, UInt32>(repeating: 0)
    while top > 0 { _ = bits.nextPartners(below: &top, into: &partners) }
  }

  /// The numbers 0 ..< `count` in random order; numpy's `Generator.permutation(int)`. Empty for counts below
  /// 1.
  /// - Complexity: O(count); allocates the result.
  @inlinable
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<max(count, 0))
    shuffle(&order)
    return order
  }

  /// The elements in random order; numpy's `Generator.permutation(array)`.
  @inlinable
  public mutating func permutation<Element>(of elements: [Element]) -> [Element] {
    var copy = elements
    shuffle(&copy)
    return copy
  }
}
