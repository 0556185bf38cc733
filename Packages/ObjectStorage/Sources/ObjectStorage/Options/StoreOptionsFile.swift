import BinaryIO
import PythonJSON
import Synchronization
import Threading

/// A file of options, read when the first store is opened and kept.
final class StoreOptionsFile: Sendable {
  private let path: String
  private let kept = Mutex<Result<StoreOptionsTable, ObjectStoreError>?>(nil)

  /// The largest file that is read.
  private static let limit = 4 << 20

  init(_ path: String) { self.path = path }

  func table() async throws(ObjectStoreError) -> StoreOptionsTable {
    if let kept = kept.withLock({ $0 }) { return try kept.get() }
    let path = self.path
    let result = await BlockingPool.shared.run { Self.read(path) }
    kept.withLock { $0 = result }
    return try result.get()
  }

  private static func read(_ path: String) -> Result<StoreOptionsTable, ObjectStoreError> {
    do throws(ObjectStoreError) {
      let source = try FileSource(path)
      guard source.byteCount <= limit else {
        throw StoreOptionsTable.flaw(path, "expected at most \(limit) bytes, found \(source.byteCount)")
      }
      let bytes = try source.bytes(at: 0, count: source.byteCount)
      let json: JSONValue
      do throws(JSONError) {
        json = try JSONValue(parsing: bytes.span.bytes)
      } catch {
        throw StoreOptionsTable.flaw(path, "\(error)")
      }
      return .success(try StoreOptionsTable(json, file: path))
    } catch {
      return .failure(error)
    }
  }
}
