/// Sources one behind the other as one.
package struct JoinedSource: ByteSource {
  private let parts: [any ByteSource]
  package let byteCount: Int
  package var pace: SendingPace? { parts.lazy.compactMap(\.pace).first }

  /// Joins sources whose sizes add up to what `Int` holds; more is cut.
  package init(_ parts: [any ByteSource]) {
    self.parts = parts
    byteCount = parts.reduce(0) { total, part in
      let (sum, overflow) = total.addingReportingOverflow(part.byteCount)
      return overflow ? .max : sum
    }
  }

  package func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError) {
    var start = byteOffset
    for part in parts {
      if start >= part.byteCount {
        start -= part.byteCount
        continue
      }
      guard !out.isFull, start >= 0 else { return }
      // It ends where the part does.
      try part.read(at: start, into: &out)
      start = 0
    }
  }
}
