package import BinaryIO
package import Threading

/// The ``OrderFile``s of a cache directory, each made by one process while the others wait for it.
///
/// They lie in a folder of their own, `.streaming-order`, which nobody misses when it is removed. They count for no limit of
/// the cache: who makes them bounds them. Every call blocks on the file system. Any thread may call.
package struct OrderFolder: Sendable {
  /// The folder's path.
  package let path: String

  package static let name = ".streaming-order"

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
    guard let file = file(name, parameters: parameters) else {
      throw FileError(
        .other, path: path + "/" + name, expected: "the file as it was written", found: "another",
        remedy: "leave the files alone while they are in use")
    }
    return file
  }

  /// Removes the files of other names; who has one mapped keeps it.
  package func removeFiles(except names: Set<String>) throws(FileError) {
    guard try FileSystem.status(of: path) != nil else { return }
    for name in try FileSystem.list(path) where !names.contains(name) && name != DirectoryLock.fileName {
      try FileSystem.remove(path + "/" + name)
    }
  }

  private static func lockByte(of name: String) -> Int {
    let bytes = Array(name.utf8)
    return Int(OrderFileTail.hash(bytes.span.bytes) >> 2)
  }
}
