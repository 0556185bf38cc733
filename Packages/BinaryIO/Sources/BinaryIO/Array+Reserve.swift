internal import SystemLibC

extension Array where Element: BitwiseCopyable {
  /// Makes room for an array that is going to be filled as a whole, in large pages where the system has them.
  ///
  /// Filling new memory costs a fault per page: with large ones 64 MB are filled in half the time.
  /// - Returns: the pages of a large one, which another thread may bring in meanwhile.
  @discardableResult
  package mutating func reserveToFill(_ count: Int) -> ReservedPages {
    reserveCapacity(count)
    let room = capacity * MemoryLayout<Element>.stride
    guard room >= 1 << 22 else { return ReservedPages(addresses: 0..<0) }
    return withUnsafeMutableBufferPointer { buffer in
      // Safe because the array owns room for `capacity` elements from its first one on; the advice changes none of them.
      adviseLargePages(UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: room))
      let start = UInt(bitPattern: buffer.baseAddress)
      return ReservedPages(addresses: start..<start + UInt(room))
    }
  }
}

/// Where an array's memory is, without a claim on it.
package struct ReservedPages: Sendable {
  let addresses: Range<UInt>

  /// The second half, for a thread that brings in pages while another fills the first.
  package var upperHalf: ReservedPages {
    ReservedPages(addresses: addresses.lowerBound + UInt(addresses.count / 2)..<addresses.upperBound)
  }

  /// Brings the pages in. Harmless once the array is gone; may take as long as clearing the memory.
  package func populate() { populatePages(addresses) }
}
