package import CGuardedCopy

/// Copies out of mapped files that survive a file being truncated by somebody else.
///
/// The pointers are the caller's responsibility: sources must lie in mappings that stay mapped, destinations in memory
/// of the sizes given. Safe because the one caller, the loader, checks every offset against its mapping, which it keeps. Only the loss of pages (SIGBUS) is recovered from.
package enum GuardedCopy {
  package typealias Item = guarded_copy_item

  /// One copy of a gather.
  @inlinable package static func item(
    from source: UnsafeRawPointer?, to destination: UnsafeMutableRawPointer, byteCount: Int
  ) -> Item {
    Item(destination: destination, source: source, byte_count: byteCount)
  }

  /// Copies all items in order. Returns nil, or the index of the item whose source is gone.
  @inlinable package static func copy(_ items: UnsafeBufferPointer<Item>) -> Int? {
    let failed = guarded_copy(items.baseAddress, Int64(items.count))
    return failed < 0 ? nil : Int(failed)
  }

  /// Copies `byteCount` bytes from each source (plus `offset`) to places `stride` bytes apart.
  /// Returns nil, or the index of the source that is gone.
  @inlinable package static func copy(
    _ sources: UnsafeBufferPointer<UnsafeRawPointer?>, offset: Int, byteCount: Int,
    to destination: UnsafeMutableRawPointer, stride: Int
  ) -> Int? {
    let failed = guarded_copy_strided(
      destination, stride, sources.baseAddress, offset, byteCount, Int64(sources.count))
    return failed < 0 ? nil : Int(failed)
  }
}
