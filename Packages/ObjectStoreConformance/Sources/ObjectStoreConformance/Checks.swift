import BinaryIO
import ObjectStorage
import Synchronization

/// Collects what was not as expected.
final class Checks: Sendable {
  private let found = Mutex<[String]>([])

  var failures: [String] { found.withLock { $0 } }

  /// Twenty lines tell as much as all of them.
  func fail(_ message: String) { found.withLock { if $0.count < 20 { $0.append(message) } } }

  func expect(_ condition: Bool, _ message: @autoclosure () -> String) { if !condition { fail(message()) } }

  func equal<T: Equatable>(_ found: T, _ expected: T, _ what: @autoclosure () -> String) {
    if found != expected { fail("\(what()): expected \(short(expected)), found \(short(found))") }
  }

  /// Runs `body`, which must throw an error of that kind. `.unsupported` goes on to whoever skips the
  /// behaviour.
  func expect<R>(
    _ code: ObjectStoreError.Code, _ what: String, _ body: () async throws(ObjectStoreError) -> R
  ) async throws(ObjectStoreError) {
    do throws(ObjectStoreError) {
      _ = try await body()
      fail("\(what): expected the error `\(code)`, found none")
    } catch {
      if error.code == .unsupported { throw error }
      if error.code != code {
        fail("\(what): expected the error `\(code)`, found `\(error.code)` (\(error.detail))")
      }
    }
  }

  private func short<T>(_ value: T) -> String {
    let text = "\(value)"
    return text.count > 200 ? text.prefix(200) + "…" : text
  }
}

/// A place of its own for one behaviour.
struct Scope: Sendable {
  let store: any ObjectStore
  let prefix: String
  let options: ConformanceSuite.Options

  /// A key in this place.
  func key(_ name: String) throws(ObjectStoreError) -> ObjectKey { try ObjectKey(parsing: prefix + name) }

  @discardableResult
  func put(
    _ name: String, _ bytes: [UInt8], createOnly: Bool = false, ifMatch: String? = nil
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try await store.put(
      key(name), from: MemorySource(bytes), options: PutOptions(createOnly: createOnly, ifMatch: ifMatch))
  }

  func bytes(
    _ name: String, _ range: ByteRange? = nil, ifMatch: String? = nil
  ) async throws(ObjectStoreError) -> [UInt8] {
    let sink = MemorySink(limit: .gigabytes(1))
    _ = try await store.get(key(name), options: GetOptions(range: range, ifMatch: ifMatch), into: sink)
    return sink.takeBytes()
  }

  /// All pages of a listing of this place: names without its prefix.
  func list(
    _ checks: Checks, _ prefix: String = "", delimiter: String? = nil
  ) async throws(ObjectStoreError) -> (
    names: [String], prefixes: [String], objects: [ObjectInfo], pageCount: Int
  ) {
    var objects: [ObjectInfo] = []
    var prefixes: [String] = []
    var token: String?
    var pageCount = 0
    repeat {
      let page = try await store.list(self.prefix + prefix, delimiter: delimiter, after: token)
      objects += page.objects
      prefixes += page.prefixes
      pageCount += 1
      // Compared by bytes: two tokens can differ in ways that `String` does not see.
      let isAgain = page.nextToken.map { Array($0.utf8) } == token.map { Array($0.utf8) }
      if page.nextToken != nil, isAgain || pageCount > 10_000 {
        checks.fail("the same token came again: \(token ?? "")")
        break
      }
      token = page.nextToken
    } while token != nil
    let start = self.prefix.utf8.count
    func name(_ text: String) -> String { String(decoding: text.utf8.dropFirst(start), as: UTF8.self) }
    return (objects.map { name($0.key.text) }, prefixes.map(name), objects, pageCount)
  }
}

/// Bytes that differ by `seed`; their period is a prime, so that pieces in wrong places are seen.
func pattern(_ byteCount: Int, seed: Int = 0) -> [UInt8] {
  let period = (0..<4093).map { UInt8(truncatingIfNeeded: ($0 &+ seed &* 7919) &* 40503 >> 7) }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(byteCount + period.count)
  while bytes.count < byteCount { bytes += period }
  bytes.removeLast(bytes.count - byteCount)
  return bytes
}

/// Names as bytes: `String` calls some different ones equal.
func utf8(_ names: [String]) -> [[UInt8]] { names.map { Array($0.utf8) } }

/// Sorted as listings are.
func sorted(_ names: [String]) -> [String] { names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
