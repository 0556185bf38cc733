import BinaryIO
package import Threading

/// The ``OrderFile``s of a cache directory, each made by one process while the others wait for it.
///
/// They lie in a folder of their own, `.streaming-order`, which nobody misses when it is removed. They count for no limit of
/// the cache; the last ``keptFileCount`` stay. Every call blocks on the file system. Any thread may call.
package struct OrderFolder: Sendable {
  /// The folder's path.
  package let path: String

  package static let name = ".streaming-order"
  /// How many files stay: those of this epoch and the next, and as many of a second job.
  package static let keptFileCount = 4

  /// - Parameter directory: the cache directory.
  package init(of directory: String) { path = directory + "/" + Self.name }

  /// The file of that name and these parameters; nil when there is none.
  package func file(_ name: String, parameters: [UInt8]) -> OrderFile? {
    OrderFile(path: path + "/" + name, parameters: parameters)
  }

  /// The file of that name and these parameters, made where there is none.
  ///
  /// Of all processes and threads that ask for it at once, one makes it.
  /// - Parameter make: appends the whole content.
  /// - Throws: ``FileError`` when it can't be written, as in a read-only directory: then the caller goes on without;
  ///   ``CacheError`` `.timedOut` when another process makes it still; what `make` throws.
  package func file(
    _ name: String, parameters: [UInt8], until deadline: Deadline, making make: (inout OrderFileWriter) throws -> Void
  ) throws -> OrderFile {
    if let file = file(name, parameters: parameters) { return file }
    try FileSystem.createDirectory(path)
    let lock = try DirectoryLock.acquireBlocking(in: path, at: Self.lockByte(of: name), nil, until: deadline)
    defer { withExtendedLifetime(lock) {} }
    if let file = file(name, parameters: parameters) { return file }
    var writer = try OrderFileWriter(replacing: path + "/" + name, parameters: parameters)
    try make(&writer)
    try writer.commit()
    removeOldest(keeping: Self.keptFileCount)
    guard let file = file(name, parameters: parameters) else {
      throw FileError(
        .other, path: path + "/" + name, expected: "the file as it was written", found: "another",
        remedy: "leave the files alone while they are in use")
    }
    return file
  }

  /// Removes a file; who has it mapped keeps it.
  package func remove(_ name: String) { _ = try? FileSystem.remove(path + "/" + name) }

  /// Bytes of all files.
  var byteCount: Int { files().reduce(0) { $0 + $1.status.byteCount } }

  /// Removes all files; who has one mapped keeps it.
  /// - Returns: their names.
  func removeAll() -> [String] {
    let names = files().map(\.name).sorted()
    for name in names { remove(name) }
    return names
  }

  private func files() -> [(name: String, status: FileStatus)] {
    ((try? FileSystem.list(path)) ?? []).compactMap { name in
      guard name != DirectoryLock.fileName, let status = try? FileSystem.status(of: path + "/" + name) else { return nil }
      return (name, status)
    }
  }

  /// Removes all but the files made last, so that epochs that are over take no room for ever.
  private func removeOldest(keeping count: Int) {
    let newestFirst = files().sorted { ($0.status.modificationTime, $0.name) > ($1.status.modificationTime, $1.name) }
    for file in newestFirst.dropFirst(count) { remove(file.name) }
  }

  private static func lockByte(of name: String) -> Int { Int(CacheStamp.hash(of: name) >> 2) }
}
