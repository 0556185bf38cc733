/// Asks the system to back memory that is about to be filled by large pages: a fault and a clearing per 2 MB instead of 4 kB.
///
/// Advice alone: nothing happens where the system has none, or is set not to.
public func adviseLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  #if os(Linux)
    guard let base = memory.baseAddress else { return }
    let page = 1 << 12
    let start = (UInt(bitPattern: base) + UInt(page) - 1) & ~(UInt(page) - 1)
    let end = (UInt(bitPattern: base) + UInt(memory.count)) & ~(UInt(page) - 1)
    // Safe because advice about pages that lie wholly inside the caller's memory changes no byte of it.
    if start < end { madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE) }
  #endif
}
