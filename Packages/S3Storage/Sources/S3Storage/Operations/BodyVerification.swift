import BinaryIO
import ObjectStorage
import ShardHashing
import Synchronization

/// Compares the bytes of a whole object with its entity tag, where that is their MD5.
final class BodyVerification: Sendable {
  /// Hashes what goes into the caller's sink.
  let sink: TeeSink
  private let hash: HashBox

  private final class HashBox: Sendable {
    let state = Mutex(IncrementalHash(.md5))
  }

  init(_ base: any ByteSink) {
    let hash = HashBox()
    self.hash = hash
    sink = TeeSink(base) { bytes in hash.state.withLock { $0.update(bytes) } }
  }

  /// - Throws: `.corrupt` when the bytes are others; asking again is the caller's decision, who has them already.
  func check(_ info: ObjectInfo, url: String) throws(ObjectStoreError) {
    let found = hash.state.withLock { state in
      var used = IncrementalHash(.md5)
      swap(&state, &used)
      return used.finalize().hex
    }
    guard let tag = info.entityTag, Self.isMD5(tag), tag != "\"\(found)\"" else { return }
    throw ObjectStoreError(
      .corrupt, url: url, detail: "expected bytes with the MD5 of entity tag \(tag), found \(found)",
      retry: .never, remedy: "download the object again")
  }

  private static func isMD5(_ tag: String) -> Bool {
    tag.utf8.count == 34 && tag.hasPrefix("\"") && tag.hasSuffix("\"")
      && tag.utf8.dropFirst().dropLast().allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
      }
  }
}
