import BinaryIO
import SampleOrder
import ShardCaching
import Threading

/// Keeps orders in the cache directory, where all processes of a node find them.
struct CachedOrders: OrderArchive {
  private let folder: OrderFolder
  /// What one process waits for another that works an order out: it takes some seconds for 10^9 samples.
  private static let patience = Duration.seconds(120)

  /// In the directory of the first stream that has a remote; nil where none has, as a data set is no place for it.
  init?(for streams: [OpenStream]) {
    guard let stream = streams.first(where: { $0.cache.store != nil }) else { return nil }
    folder = OrderFolder(of: stream.location.directory)
  }

  func kept<Number: BitwiseCopyable>(
    _ name: String, parameters: String, making make: () -> [Number]
  ) -> (any KeptOrder)? {
    // Whatever the reason, as a directory that may not be written or a full disk: the order is worked out all the same.
    try? folder.file(name, parameters: Array(parameters.utf8), until: .after(Self.patience)) { writer in
      let numbers = make()
      try writer.append(numbers.span.bytes)
    }
  }

  func discard(_ name: String) { folder.remove(name) }
}

extension OrderFile: KeptOrder {}
