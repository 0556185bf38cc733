extension NumPyGenerator {
  /// Shuffles every line along an axis of a C-order array on its own; numpy's
  /// `Generator.permuted(x, axis=axis)`.
  ///
  /// Unlike ``shuffle(_:)`` of rows, which moves rows as a whole. Lines are taken in C order of the other
  /// axes.
  /// - Parameters:
  ///   - shape: the lengths of the axes, slowest first; their product is the number of elements.
  ///   - axis: counted from the end when negative; nil shuffles all elements as one line, numpy's
  ///     `axis=None`.
  /// - Throws: ``NumPyRandomError`` `.lengthMismatch` when the shape is not that of the elements, or has no
  ///   such axis.
  public mutating func permuted<Element>(
    _ elements: [Element], shape: [Int], axis: Int? = nil
  ) throws(NumPyRandomError) -> [Element] {
    var count = 1
    var fits = shape.allSatisfy { $0 >= 0 }
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      fits = fits && !overflow
      count = product
    }
    guard fits, count == elements.count else {
      throw NumPyRandomError(
        .lengthMismatch, "shape", expected: "one of \(elements.count) elements", found: "\(shape)")
    }
    var result = elements
    guard let axis else {
      shuffle(&result)
      return result
    }
    guard (-shape.count..<shape.count).contains(axis) else {
      throw NumPyRandomError(.lengthMismatch, "axis", expected: "an axis of \(shape)", found: "\(axis)")
    }
    let place = axis < 0 ? axis + shape.count : axis
    let length = shape[place]
    let stride = shape[(place + 1)...].reduce(1, *)
    guard count > 0 else { return result }
    for start in Swift.stride(from: 0, to: count, by: length * stride) {
      for offset in 0..<stride {
        for top in Swift.stride(from: length - 1, to: 0, by: -1) {
          let partner = Int(truncatingIfNeeded: bits.nextMasked(upTo: UInt64(truncatingIfNeeded: top)))
          result.swapAt(start + offset + top * stride, start + offset + partner * stride)
        }
      }
    }
    return result
  }
}
