internal import BinaryIO
package import ShardFormats

/// Where the columns of an MDS sample lie, as numbers: what a gather needs, resolved once per schema.
///
/// A sample is `u32 size × variableCount`, then all columns' bytes in order. So column `c` of a sample that starts at `s`
/// starts at `s + headByteCount + c.fixedBefore + Σ size[0 ..< c.variablesBefore]`, and takes `c.fixedByteCount` bytes or
/// `size[c.variablesBefore]`. Only the sizes come from the file; ``range(of:in:)`` checks that they fill the sample exactly,
/// and so must a gather that does its own sums: `headByteCount + fixedByteCount + Σ size == offsets[i + 1] − offsets[i]`.
package struct MDSLayout: Sendable, Hashable {
  /// One column.
  package struct Column: Sendable, Hashable {
    /// The bytes of every value; nil when they vary.
    package var fixedByteCount: Int?
    /// The fixed sizes of all columns before this one, together.
    package var fixedBefore: Int
    /// The number of variable columns before this one: the column's place in the sample's sizes when it is variable.
    package var variablesBefore: Int
    /// The element type of a column that can go into a dense batch array as it is: numbers and `ndarray` of fixed shape
    /// (`int` is `int64`). Nil for columns of bytes, which a batch holds ragged.
    package var element: NDArrayType?
    /// The shape of one value of a dense column: empty for a number.
    package var shape: [Int]

    package var isVariable: Bool { fixedByteCount == nil }
  }

  package let columns: [Column]
  /// The number of variable columns.
  package let variableCount: Int
  /// The bytes of a sample's sizes: 4 × ``variableCount``.
  package let headByteCount: Int
  /// The bytes of all fixed columns.
  package let fixedByteCount: Int

  package init(_ specs: [ColumnSpec]) {
    var columns: [Column] = []
    var fixed = 0
    var variables = 0
    for spec in specs {
      let (element, shape) = MDSLayout.dense(spec.encoding)
      columns.append(
        Column(
          fixedByteCount: spec.fixedByteCount, fixedBefore: fixed, variablesBefore: variables,
          element: element,
          shape: shape))
      // An encoding fixes less than 4 GiB, so not even 2^31 columns overflow.
      if let byteCount = spec.fixedByteCount { fixed += byteCount } else { variables += 1 }
    }
    self.columns = columns
    variableCount = variables
    headByteCount = 4 * variables
    fixedByteCount = fixed
  }

  private static func dense(_ encoding: Encoding) -> (NDArrayType?, [Int]) {
    switch encoding {
    case .int, .int64: (.int64, [])
    case .uint8: (.uint8, [])
    case .uint16: (.uint16, [])
    case .uint32: (.uint32, [])
    case .uint64: (.uint64, [])
    case .int8: (.int8, [])
    case .int16: (.int16, [])
    case .int32: (.int32, [])
    case .float16: (.float16, [])
    case .float32: (.float32, [])
    case .float64: (.float64, [])
    case .ndarray(let layout): if let shape = layout.shape { (layout.type, shape) } else { (nil, []) }
    default: (nil, [])
    }
  }

  /// Where a column's bytes lie in a sample; nil when the sample's sizes do not fill it exactly.
  /// - Complexity: O(variable columns); no allocation.
  @inlinable
  package func range(of column: Int, in sample: RawSpan) -> Range<Int>? {
    let place = columns[column]
    guard headByteCount <= sample.byteCount else { return nil }
    var start = headByteCount + place.fixedBefore
    var total = headByteCount + fixedByteCount
    var size = place.fixedByteCount ?? 0
    for variable in 0..<variableCount {
      // Sums of 32-bit sizes: 2^31 of them stay below 2^63.
      let next = Int(
        UInt32(littleEndian: sample.unsafeLoadUnaligned(fromByteOffset: 4 * variable, as: UInt32.self)))
      total += next
      if variable < place.variablesBefore { start += next }
      if variable == place.variablesBefore, place.fixedByteCount == nil { size = next }
    }
    return total == sample.byteCount ? start..<start + size : nil
  }
}
