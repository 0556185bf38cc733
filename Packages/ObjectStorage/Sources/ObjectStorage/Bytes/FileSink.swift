public import BinaryIO
import Synchronization

/// Writes bytes into a file, each where it belongs.
///
/// Bytes go to the offset where the sink started plus ``receivedByteCount``, so a download that is resumed
/// continues the file, and several sinks can fill parts of one file.
public final class FileSink: ByteSink {
  /// The file's path.
  public let path: String
  /// Where the first byte goes.
  public let startOffset: Int
  private let file: Shared
  private let received = Atomic<Int>(0)

  /// A descriptor that several sinks write through.
  private final class Shared: Sendable {
    let descriptor: FileDescriptor
    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
  }

  /// Takes over an open file.
  /// - Parameter startOffset: where the first byte goes, in bytes, ≥ 0.
  public convenience init(_ file: consuming FileDescriptor, startOffset: Int = 0) {
    let path = file.path
    self.init(Shared(file), path: path, startOffset: startOffset)
  }

  private init(_ file: Shared, path: String, startOffset: Int) {
    self.path = path
    self.startOffset = max(0, startOffset)
    self.file = file
  }

  /// A sink for a part of the same file, which counts for itself.
  /// - Parameter offset: where the part's first byte goes, behind this sink's first.
  func part(at offset: Int) -> FileSink { FileSink(file, path: path, startOffset: startOffset + offset) }

  /// Counts bytes as received that a part has written.
  func advance(to byteCount: Int) {
    if byteCount > receivedByteCount { received.store(byteCount, ordering: .releasing) }
  }

  /// Creates a file.
  /// - Throws: `.localFile` when it exists or can't be made.
  public convenience init(creating path: String) throws(ObjectStoreError) {
    do throws(FileError) {
      self.init(try FileDescriptor.open(path, .createNew))
    } catch {
      throw ObjectStoreError(sinkOrSource: error)
    }
  }

  /// Opens a file for a part of an object, making it when absent.
  /// - Throws: `.localFile` when it can't be opened.
  public convenience init(path: String, startOffset: Int) throws(ObjectStoreError) {
    do throws(FileError) {
      self.init(try FileDescriptor.open(path, .create), startOffset: startOffset)
    } catch {
      throw ObjectStoreError(sinkOrSource: error)
    }
  }

  public var receivedByteCount: Int { received.load(ordering: .acquiring) }

  public func write(_ bytes: RawSpan) throws(ObjectStoreError) {
    let done = receivedByteCount
    let (offset, overflow) = startOffset.addingReportingOverflow(done)
    guard !overflow, offset <= Int.max - bytes.byteCount else {
      throw ObjectStoreError(
        .tooLarge, url: path, detail: "expected an offset below 2^63, found a greater one")
    }
    do throws(FileError) {
      try file.descriptor.write(bytes, at: offset)
    } catch {
      throw ObjectStoreError(sinkOrSource: error)
    }
    received.store(done + bytes.byteCount, ordering: .releasing)
  }

  /// Waits until the bytes are on the device. Blocks: call it from a thread of your own or a blocking pool.
  public func synchronize() throws(ObjectStoreError) {
    do throws(FileError) {
      try file.descriptor.synchronize()
    } catch {
      throw ObjectStoreError(sinkOrSource: error)
    }
  }
}
