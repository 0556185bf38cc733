extension PCG64 {
  /// Draws the next 256 of ``nextDouble()``, from two states a step apart that each move by two.
  @inlinable
  package mutating func nextDoubles(_ doubles: inout InlineArray<256, Double>) {
    let factor = PCG64.multiplier &* PCG64.multiplier
    let addend = increment &* (PCG64.multiplier &+ 1)
    var latest = state
    var even = PCG64.step(latest, increment)
    var odd = PCG64.step(even, increment)
    var place = 0
    while place < 256 {
      let (first, second) = (PCG64.output(of: even), PCG64.output(of: odd))
      latest = odd
      even = PCG64.step(even, addend, by: factor)
      odd = PCG64.step(odd, addend, by: factor)
      doubles[place & 255] = Double(Int64(bitPattern: first &>> 11)) * 0x1p-53
      doubles[(place &+ 1) & 255] = Double(Int64(bitPattern: second &>> 11)) * 0x1p-53
      place &+= 2
    }
    state = latest
  }
}
