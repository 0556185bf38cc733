import ObjectStorage

/// A Hugging Face Hub inside this process: data set repositories with small files at the Hub and large ones
/// at a second server, to which it redirects.
public final class FakeHub: Sendable {
  /// The Hub itself.
  public let host: FakeHost
  /// Where the bytes of large files are. It refuses every request that shows a token.
  public let content: FakeHost
  private let service: HubService

  /// Starts both servers.
  /// - Parameter repositories: names of data sets, `org/name`.
  /// - Parameter token: what private repositories ask for; nil makes all public.
  /// - Parameter pageLength: entries on a page of the tree API.
  public init(
    repositories: [String] = ["org/data"], token: String? = nil, pageLength: Int = 1000
  ) throws(FakeServerError) {
    let contents = MemoryTable(buckets: [HubContent.bucket])
    let table = MemoryTable(buckets: repositories)
    content = try FakeHost(HubContent(table: contents))
    service = HubService(table: table, contents: contents, token: token, pageLength: pageLength, contentEndpoint: content.endpoint)
    host = try FakeHost(service)
  }

  /// Puts a file into a repository's only revision, `main`.
  /// - Parameter isLarge: whether the bytes are at the other server.
  public func put(_ bytes: [UInt8], repository: String, path: String, isLarge: Bool) throws(FakeServerError) {
    // The tags of large files name their content by SHA-256, those of small ones by Git's hash.
    let tag = Digests.hex(isLarge ? Digests.sha256(bytes) : Digests.md5(bytes))
    do throws(S3Error) {
      if isLarge {
        _ = try service.contents.put(
          bytes, HubContent.bucket, KeyBytes(tag), entityTag: nil, contentType: nil, WriteCondition(), now: .now)
      }
      _ = try service.table.put(
        bytes, repository, KeyBytes(path), entityTag: "\"\(tag)\"", contentType: isLarge ? "lfs" : nil,
        WriteCondition(), now: .now)
    } catch {
      throw FakeServerError(
        .directory, expected: "a path that can be stored", found: error.message, remedy: "choose another")
    }
  }

  /// Takes a file out.
  public func remove(repository: String, path: String) { service.table.delete(repository, KeyBytes(path)) }
}
