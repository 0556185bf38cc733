internal import BinaryIO
public import ShardFormats

/// Several files of the same kind, one after another, as one source.
public struct ChainedRecords<Source: RecordSource>: RecordSource {
  private let paths: [String]
  private let byteCount: Int?
  private let open: @Sendable (_ path: String) throws(ImportError) -> Source
  private var current: Source?
  private var opened = 0
  private var earlierByteCount = 0

  /// - Parameter open: opens one of the files; called when the one before is at its end, for the first one at once.
  /// - Throws: ``ImportError`` of `open` for the first file; `.unreadable` for any that is not there.
  public init(
    _ paths: [String], open: @escaping @Sendable (_ path: String) throws(ImportError) -> Source
  ) throws(ImportError) {
    self.paths = paths
    self.open = open
    var total: Int? = 0
    for path in paths {
      guard let size = try Self.byteCount(of: path) else {
        total = nil
        continue
      }
      total = total.map { $0 + size }
    }
    byteCount = total
    try openNext()
  }

  public var position: (byteCount: Int, of: Int?) {
    let position = current?.position ?? (0, 0)
    return (earlierByteCount + position.byteCount, byteCount ?? (paths.count == 1 ? position.of : nil))
  }

  public mutating func next() throws(ImportError) -> [String: ColumnValue]? {
    while current != nil {
      if let sample = try current?.next() { return sample }
      earlierByteCount += current?.position.byteCount ?? 0
      try openNext()
    }
    return nil
  }

  private mutating func openNext() throws(ImportError) {
    current = opened < paths.count ? try open(paths[opened]) : nil
    opened += 1
  }

  /// The size of a regular file; nil for anything else.
  private static func byteCount(of path: String) throws(ImportError) -> Int? {
    if path == "-" { return nil }
    do throws(FileError) {
      guard let status = try FileSystem.status(of: path) else {
        throw FileError(
          .notFound, path: path, expected: "a file", found: "nothing", remedy: "check the path")
      }
      return status.kind == .file ? status.byteCount : nil
    } catch {
      throw ImportError(error)
    }
  }
}
