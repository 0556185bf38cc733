import BinaryIO
import SystemLibC
import Threading

/// A directory as a store.
///
/// A write goes to a temporary file beside its target and is renamed, so readers see the old object or the
/// new. Keys can't lead out of the root: parts `.` and `..` are no keys, and empty parts are refused here.
/// Symbolic links that somebody placed below the root are followed when reading and replaced when writing.
/// Names of unfinished writes (`….<number>-<number>.tmp`) are no objects.
public struct LocalStore: ObjectStore {
  /// The directory, without a slash at the end. It need not exist before the first write.
  public let root: String
  private let synchronizesWrites: Bool

  /// Opens a directory.
  /// - Parameter synchronizesWrites: whether `put` waits until bytes and name are on the device.
  public init(_ root: String, synchronizesWrites: Bool = false) {
    self.root = StoreURL.withoutTrailingSlashes(root)
    self.synchronizesWrites = synchronizesWrites
  }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    let path = try path(of: key)
    return try await blocking(path) { () throws(FileError) in
      guard let status = try FileSystem.status(of: path), status.kind == .file else {
        throw FileError(path: path, doing: "find the file", errno: ENOENT)
      }
      return ObjectInfo(key: key, status)
    }
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let path = try path(of: key)
    let file = try await blocking(path) { () throws(FileError) in try OpenFile(path) }
    let info = ObjectInfo(key: key, file.status)
    let range = try options.resolvedRange(of: info, url: path)
    let pieceByteCount = 4 << 20
    var offset = range.lowerBound
    while offset < range.upperBound {
      if Task.isCancelled { throw ObjectStoreError(.cancelled, url: path) }
      let part = offset..<min(offset + pieceByteCount, range.upperBound)
      try await BlockingPool.shared.run { () throws(ObjectStoreError) in
        try file.copy(part, into: sink, describing: info)
      }
      offset = part.upperBound
    }
    try await BlockingPool.shared.run { () throws(ObjectStoreError) in try file.checkUnchanged(info) }
    return info
  }

  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let path = try path(of: key)
    let synchronize = synchronizesWrites
    return try await BlockingPool.shared.run { () throws(ObjectStoreError) in
      try Self.write(source, to: path, key: key, options: options, synchronize: synchronize)
    }
  }

  public func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    let path = try path(of: key)
    try await blocking(path) { () throws(FileError) in
      if try FileSystem.status(of: path)?.kind != .directory { try FileSystem.remove(path) }
    }
  }

  public var abilities: StoreAbilities { StoreAbilities.all.subtracting([.presign, .conditionalWrite]) }

  public func copy(
    _ source: ObjectKey, to target: ObjectKey, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let from = try path(of: source)
    let to = try path(of: target)
    let synchronize = synchronizesWrites
    let (file, info) = try await blocking(from) { () throws(FileError) in
      let file = try OpenFile(from)
      return (file, ObjectInfo(key: source, file.status))
    }
    return try await BlockingPool.shared.run { () throws(ObjectStoreError) in
      let written = try Self.write(
        file.source, to: to, key: target, options: options, synchronize: synchronize)
      try file.checkUnchanged(info)
      return written
    }
  }

  public func diagnose() async -> StoreDiagnosis {
    StoreDiagnosis(service: "a directory", endpoint: root.isEmpty ? "." : root)
  }

  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    let root = root
    let found = try await blocking(root) { () throws(FileError) in
      var walk = LocalWalk(root: root, prefix: prefix, folds: delimiter == "/")
      try walk.run()
      return walk
    }
    var page = ListPage(
      folding: found.objects.sorted { $0.key < $1.key }, prefix: prefix, delimiter: delimiter, after: token,
      pageLength: .max)
    page.unusableKeyCount = found.unusableKeyCount
    if token == nil {
      // One of the two is empty. No `Set`: it takes "é" in its two spellings for one.
      page.prefixes = (page.prefixes + found.prefixes).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    return page
  }

  /// The file of a key.
  /// - Throws: `.unusableKey` for empty parts, parts that a file system refuses, and names of unfinished
  ///   writes.
  func path(of key: ObjectKey) throws(ObjectStoreError) -> String {
    guard key.isFilePath else { throw ObjectKey.unusable(key.text, "an empty part between slashes") }
    guard !Self.isUnfinished(key.lastComponent) else {
      throw ObjectKey.unusable(key.text, "the name of an unfinished write")
    }
    return root == "/" ? "/" + key.text : root + "/" + key.text
  }

  /// Whether `AtomicFile` names its temporary files like this.
  package static func isUnfinished(_ name: some StringProtocol) -> Bool {
    guard name.hasSuffix(".tmp") else { return false }
    let parts = name.dropLast(4).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let numbers = parts.last?.split(separator: "-", omittingEmptySubsequences: false),
      numbers.count == 2
    else { return false }
    return numbers.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }

  private func blocking<R: Sendable>(
    _ path: String, _ body: @escaping @Sendable () throws(FileError) -> R
  ) async throws(ObjectStoreError) -> R {
    do throws(FileError) {
      return try await BlockingPool.shared.run(body)
    } catch {
      throw ObjectStoreError(error)
    }
  }
}
