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

/// Gives memory its pages now, as if each had been written: what one thread can do for another that fills the memory.
///
/// Nothing happens where the system cannot, and to addresses at which there is no memory.
/// - Parameter addresses: from the first whole page in it to the last one.
public func populatePages(_ addresses: Range<UInt>) {
  #if os(Linux)
    let page: UInt = 1 << 12
    let start = (addresses.lowerBound + page - 1) & ~(page - 1)
    let end = addresses.upperBound & ~(page - 1)
    // MADV_POPULATE_WRITE of Linux 5.14, which older headers lack.
    // Safe because a page that is there keeps its bytes, and one that is not comes up as a first write would bring it.
    if start < end { madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), 23) }
  #endif
}
