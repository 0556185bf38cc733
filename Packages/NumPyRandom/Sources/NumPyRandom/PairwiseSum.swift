/// The sum of numbers as numpy's `sum` of a contiguous float64 vector rounds it.
///
/// Pairwise: fewer than 8 numbers in order; up to 128 in eight running sums; else by halves. numpy's
/// `pairwise_sum_DOUBLE`.
/// - Complexity: O(count), no allocation.
public func pairwiseSum(_ values: Span<Double>) -> Double {
  0 + partialSum(values, 0..<values.count)
}

/// The sum of an array as numpy's `sum` rounds it; see ``pairwiseSum(_:)-(Span<Double>)``.
public func pairwiseSum(_ values: [Double]) -> Double { pairwiseSum(values.span) }

private func partialSum(_ values: Span<Double>, _ range: Range<Int>) -> Double {
  if range.count < 8 {
    var total = -0.0
    for place in range { total += values[place] }
    return total
  }
  if range.count > 128 {
    let middle = range.lowerBound + (range.count / 2) & ~7
    return partialSum(values, range.lowerBound..<middle) + partialSum(values, middle..<range.upperBound)
  }
  var sums = SIMD8<Double>()
  for lane in 0..<8 { sums[lane] = values[range.lowerBound + lane] }
  var place = range.lowerBound + 8
  while place + 8 <= range.upperBound {
    for lane in 0..<8 { sums[lane] += values[place + lane] }
    place += 8
  }
  var total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
  for rest in place..<range.upperBound { total += values[rest] }
  return total
}
