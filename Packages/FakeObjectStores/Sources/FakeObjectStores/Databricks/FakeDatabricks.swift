/// Databricks' Files API inside this process: the files of one volume, `/Volumes/main/default/data`.
public final class FakeDatabricks: Sendable {
  /// Listens, fails and logs.
  public let host: FakeHost
  private let service: DatabricksService

  /// Starts a server.
  /// - Parameter token: what every request must carry.
  /// - Parameter pageLength: entries on a page of a folder.
  /// - Parameter keptByteCount: uploads are cut to so many bytes and reported as done; nil for none.
  public init(token: String = "fake-token", pageLength: Int = 1000, keptByteCount: Int? = nil) throws(FakeServerError) {
    service = DatabricksService(token: token, pageLength: pageLength, keptByteCount: keptByteCount)
    host = try FakeHost(service)
  }

  /// A file's bytes, nil when there is none.
  /// - Parameter path: below `/Volumes/`.
  public func bytes(path: String) -> [UInt8]? {
    service.table.object(DatabricksService.bucket, KeyBytes(path))?.withBytes { Array($0) }
  }

  /// The files' paths below `/Volumes/`, sorted by their bytes.
  public var paths: [String] {
    service.table.objects(DatabricksService.bucket, prefix: KeyBytes(""), from: KeyBytes(""), limit: .max)
      .map(\.key.text)
  }
}
