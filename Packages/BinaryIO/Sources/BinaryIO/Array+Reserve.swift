internal import SystemLibC

extension Array where Element: BitwiseCopyable {
  /// Makes room for an array that is going to be filled as a whole, in large pages where the system has them.
  ///
  /// Filling new memory costs a fault per page: with large ones 64 MB are filled in half the time.
  package mutating func reserveToFill(_ count: Int) {
    reserveCapacity(count)
    let room = capacity * MemoryLayout<Element>.stride
    guard room >= 1 << 22 else { return }
    withUnsafeMutableBufferPointer { buffer in
      // Safe because the array owns room for `capacity` elements from its first one on; the advice changes none of them.
      adviseLargePages(UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: room))
    }
  }
}
