import SystemLibC

/// A part of a file mapped for reading and writing, seen by all processes that map it.
///
/// Whatever others do to the file, an access never ends the process: the loss of pages (a file cut short, a full disk) is
/// an outcome. Values are little-endian and may tear when two processes write at once: whoever needs more keeps a check
/// value beside them, or a lock. Any thread may call.
public final class SharedMapping: Sendable {
  /// The length of the mapping in bytes.
  public let byteCount: Int
  // Safe because all access goes through guarded copies that check their range against `byteCount`, concurrent writers
  // write plain bytes, and `deinit`, which unmaps, runs when nobody has a reference any more.
  nonisolated(unsafe) private let address: UnsafeMutableRawPointer

  /// Maps the first `byteCount` bytes of an open file, which need not exist yet: access to absent ones fails.
  public init(_ file: borrowing FileDescriptor, byteCount: Int) throws(FileError) {
    let mapped = mmap(nil, max(1, byteCount), PROT_READ | PROT_WRITE, MAP_SHARED, file.number, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw FileError(path: file.path, doing: "map the file into memory", errno: errno)
    }
    address = mapped
    self.byteCount = byteCount
  }

  deinit { munmap(address, max(1, byteCount)) }

  /// Reads bytes; nil when the range is outside of the mapping or its pages are gone.
  public func read(_ range: Range<Int>) -> [UInt8]? {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else { return nil }
    var isWhole = true
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      if let target = buffer.baseAddress {
        isWhole = Self.copy(from: address + range.lowerBound, to: target, byteCount: range.count)
      }
      count = isWhole ? range.count : 0
    }
    return isWhole ? bytes : nil
  }

  /// Reads 64-bit words; nil as ``read(_:)``.
  public func words(at byteOffset: Int, count: Int) -> [UInt64]? {
    guard byteOffset >= 0, count >= 0, count <= byteCount / 8, byteOffset <= byteCount - 8 * count else { return nil }
    var isWhole = true
    let words = [UInt64](unsafeUninitializedCapacity: count) { buffer, done in
      if let target = buffer.baseAddress {
        isWhole = Self.copy(from: address + byteOffset, to: target, byteCount: 8 * count)
      }
      for index in 0..<(isWhole ? count : 0) { buffer[index] = UInt64(littleEndian: buffer[index]) }
      done = isWhole ? count : 0
    }
    return isWhole ? words : nil
  }

  /// Writes bytes; false when the range is outside of the mapping or its pages are gone.
  @discardableResult
  public func write(_ bytes: RawSpan, at byteOffset: Int) -> Bool {
    guard byteOffset >= 0, bytes.byteCount <= byteCount, byteOffset <= byteCount - bytes.byteCount else { return false }
    return bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return true }
      return Self.copy(from: start, to: address + byteOffset, byteCount: source.count)
    }
  }

  /// Writes 64-bit words; false as ``write(_:at:)``.
  @discardableResult
  public func write(words: [UInt64], at byteOffset: Int) -> Bool {
    let words = words.map(\.littleEndian)
    return write(words.span.bytes, at: byteOffset)
  }

  private static func copy(from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, byteCount: Int) -> Bool {
    var item = GuardedCopy.item(from: source, to: target, byteCount: byteCount)
    return withUnsafePointer(to: &item) { GuardedCopy.copy(UnsafeBufferPointer(start: $0, count: 1)) == nil }
  }
}
