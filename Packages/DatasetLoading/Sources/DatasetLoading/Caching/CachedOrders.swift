import BinaryIO
import SampleOrder
import ShardCaching
import Threading

/// Keeps orders in the cache directory, where all processes of a node find them.
struct CachedOrders: OrderArchive {
  let resumableLengths = 1 << 22..<1 << 26
  private let folder: OrderFolder
  private let largest: Int
  /// What one process waits for another that works an order out: it takes some seconds for 10^9 samples.
  private static let patience = Duration.seconds(120)

  /// In the directory of the first stream that has a remote; nil where none has, as a data set is no place for it.
  /// - Parameter cacheLimit: a file takes at most a sixteenth of it.
  init?(for streams: [OpenStream], cacheLimit: ByteCount?) {
    guard let stream = streams.first(where: { $0.cache.store != nil }) else { return nil }
    folder = OrderFolder(of: stream.location.directory)
    largest = cacheLimit.map { $0.value / 16 } ?? .max
  }

  func kept(_ name: String, parameters: String, byteCount: Int) -> (any KeptOrder)? {
    let file = folder.file(name, parameters: Array(parameters.utf8))
    return file?.byteCount == byteCount ? file : nil
  }

  func keep<Number: BitwiseCopyable>(
    _ name: String, parameters: String, byteCount: Int, waits: Bool, making next: () throws -> [Number]?
  ) -> (any KeptOrder)? {
    guard byteCount <= largest else { return nil }
    let deadline = waits ? Deadline.after(Self.patience) : .after(.zero)
    // Whatever the reason, as a directory that may not be written or a full disk: the order is worked out all the same.
    let file = try? folder.file(name, parameters: Array(parameters.utf8), until: deadline) { writer in
      while let numbers = try next() { try writer.append(numbers.span.bytes) }
    }
    return file?.byteCount == byteCount ? file : nil
  }

  func discard(_ name: String) { folder.remove(name) }
}

extension OrderFile: KeptOrder {}
