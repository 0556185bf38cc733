/// Which requests fetch several ranges of an object: near ones are asked for together. Pure.
///
/// As Apache Arrow's and Rust object_store's readers do: a gap that costs less than a request is read along.
public struct RangePlan: Sendable, Hashable {
  /// One request and what it brings.
  public struct Fetch: Sendable, Hashable {
    /// The bytes to ask for.
    public var range: Range<Int>
    /// The wanted ranges inside it, by their places in the caller's list, in the order of their starts.
    public var wanted: [Int]
  }

  /// The requests, in the order of their starts; they do not overlap.
  public let fetches: [Fetch]
  /// The wanted ranges as the caller gave them.
  public let ranges: [Range<Int>]

  /// Plans.
  /// - Parameter ranges: bytes that are wanted, in any order; they may overlap. Empty ones need no request.
  /// - Parameter gap: the most bytes between two ranges that are read along instead of asking twice.
  /// - Parameter limit: ranges are not joined to more bytes than this.
  public init(_ ranges: [Range<Int>], joiningGapsUpTo gap: Int = 256 << 10, limit: Int = 64 << 20) {
    self.ranges = ranges
    var fetches: [Fetch] = []
    let order = ranges.indices.filter { !ranges[$0].isEmpty }.sorted {
      (ranges[$0].lowerBound, ranges[$0].upperBound, $0) < (ranges[$1].lowerBound, ranges[$1].upperBound, $1)
    }
    for index in order {
      let range = ranges[index]
      if let last = fetches.last {
        let joined = last.range.lowerBound..<max(last.range.upperBound, range.upperBound)
        let distance = range.lowerBound.subtractingReportingOverflow(last.range.upperBound)
        let isOverlap = range.lowerBound < last.range.upperBound
        if isOverlap || (!distance.overflow && distance.partialValue <= gap && joined.count <= limit) {
          fetches[fetches.count - 1].range = joined
          fetches[fetches.count - 1].wanted.append(index)
          continue
        }
      }
      fetches.append(Fetch(range: range, wanted: [index]))
    }
    self.fetches = fetches
  }
}
