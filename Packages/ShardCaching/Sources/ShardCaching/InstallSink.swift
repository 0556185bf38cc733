import BinaryIO
import ObjectStorage
import ShardHashing
import Synchronization

/// Where a download goes: a temporary file, its hash computed as the bytes pass, never more bytes than the index tells.
final class InstallSink: ByteSink {
  private struct State: ~Copyable {
    var file: AtomicFile?
    var hash: IncrementalHash?
  }

  private let state: Mutex<State>
  private let received = Atomic<Int>(0)
  private let expectedByteCount: Int
  private let path: String

  init(path: String, expectedByteCount: Int, hash algorithm: HashAlgorithm?) throws(FileError) {
    self.path = path
    self.expectedByteCount = expectedByteCount
    let file = try AtomicFile(replacing: path, hidden: true)
    state = Mutex(State(file: file, hash: algorithm.map { IncrementalHash($0) }))
  }

  var receivedByteCount: Int { received.load(ordering: .acquiring) }

  func write(_ bytes: RawSpan) throws(ObjectStoreError) {
    let total = receivedByteCount + bytes.byteCount
    guard total <= expectedByteCount else {
      throw ObjectStoreError(
        .tooLarge, url: path, detail: "expected \(expectedByteCount) bytes as the index tells, found more",
        remedy: "upload index and shards of one conversion")
    }
    try state.withLock { state throws(ObjectStoreError) in
      do throws(FileError) {
        try state.file?.write(bytes)
      } catch {
        throw ObjectStoreError(sinkOrSource: error)
      }
      state.hash?.update(bytes)
    }
    received.store(total, ordering: .releasing)
  }

  /// The hash of all bytes, nil when none was asked for. Call it once, after the last byte.
  func finishHash() -> HashDigest? {
    state.withLock { state in
      guard let hash = state.hash.take() else { return nil }
      return hash.finalize()
    }
  }

  /// Gives the file its name.
  func commit() throws(FileError) {
    try state.withLock { state throws(FileError) in
      guard let file = state.file.take() else { return }
      try file.commit()
    }
  }
}
