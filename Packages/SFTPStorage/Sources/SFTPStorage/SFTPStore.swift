import BinaryIO
public import HTTPTransport
public import ObjectStorage
import Threading

/// The files of an SSH server, by SFTP. Keys are paths from the root on.
///
/// A write goes to a temporary file beside its target and is renamed. The protocol renames onto nothing only: replacing an
/// object has a moment without it, a create-only write is decided by the server. Times have whole seconds, so an object gets
/// an entity tag two seconds after it was written. Requests are not repeated here: wrap it in ``RetryingStore``.
public final class SFTPStore: ObjectStore {
  /// How the server is asked.
  public let options: SFTPOptions
  let transport: CurlTransport
  let replacements = ReplacementGuard()

  /// Opens a server; nothing is sent.
  /// - Parameter transport: of this server and user alone.
  public init(options: SFTPOptions, transport: CurlTransport) {
    self.options = options
    self.transport = transport
  }

  /// Files up to this size are looked at more closely: a folder has a size too.
  static let largestFolder = 4 << 20

  public var abilities: StoreAbilities { [.list, .write, .createOnly] }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    let info = try await look(key)
    if info.byteCount > 0, info.byteCount <= Self.largestFolder {
      do throws(ObjectStoreError) {
        _ = try await perform(.read(0..<1), try path(of: key))
      } catch {
        throw await isFolder(key, after: error) ? missing(key) : error
      }
    }
    return info
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let path = try path(of: key)
    do throws(WaitError) { try await replacements.beginReading(path) } catch { throw waited(key, error) }
    defer { replacements.endReading(path) }
    var attempts = 0
    while true {
      let info = try await look(key)
      let range = try options.resolvedRange(of: info, url: url(key.text))
      if range.isEmpty { return info }
      let start = sink.receivedByteCount
      do throws(ObjectStoreError) {
        try await read(key, range, of: info, into: sink)
        return info
      } catch {
        guard sink.receivedByteCount == start else { throw error }
        if info.byteCount <= Self.largestFolder, await isFolder(key, after: error) { throw missing(key) }
        attempts += 1
        // Replaced between the look and the read: the newer one will do unless a version was asked for.
        // One that is missing in between is looked for again, which tells whether it is gone for good.
        let isReplaced = error.code == .notFound || error.code == .preconditionFailed && options.ifMatch == nil
        guard isReplaced, attempts < 5 else { throw error }
      }
    }
  }

  private func read(
    _ key: ObjectKey, _ range: Range<Int>, of info: ObjectInfo, into sink: any ByteSink
  ) async throws(ObjectStoreError) {
    var request = SSHRequest(
      .read(range.count == info.byteCount ? nil : range), try path(of: key), at: options.place, as: options.credential.login)
    request.destination = .sink(sink, describing: info)
    request.expected = (range.count, info.modified)
    _ = try await transport.perform(request)
  }

  /// Size and time, of folders too. A file that is being replaced is missing for a moment: it is looked for again.
  func look(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    let path = try path(of: key)
    for _ in 0..<2 {
      do throws(ObjectStoreError) {
        return info(key, try await perform(.look, path))
      } catch {
        guard error.code == .notFound else { throw error }
      }
      do throws(WaitError) { try await delay(for: .milliseconds(20), charging: Self.replacement) } catch { break }
    }
    return info(key, try await perform(.look, path))
  }

  private static let replacement = StallCause("a file that may be being replaced")

  func info(_ key: ObjectKey, _ answer: SSHAnswer) -> ObjectInfo {
    let byteCount = answer.byteCount ?? 0
    // Times have whole seconds: two versions of one second would look the same.
    let isSettled = answer.modified.map { UnixTime.now - $0 > .seconds(2) } ?? false
    let tag = isSettled ? answer.modified.map { "\"\($0.seconds)-\(byteCount)\"" } : nil
    return ObjectInfo(key: key, byteCount: byteCount, entityTag: tag, modified: answer.modified)
  }

  /// Whether what can't be read is a folder.
  func isFolder(_ key: ObjectKey, after error: ObjectStoreError) async -> Bool {
    guard [.connectionFailed, .interrupted].contains(error.code), !Task.isCancelled,
      let path = try? path(of: key)
    else { return false }
    return (try? await perform(.list, path + "/")) != nil
  }

  func perform(
    _ operation: SSHRequest.Operation, _ path: String, commands: [String] = []
  ) async throws(ObjectStoreError) -> SSHAnswer {
    var request = SSHRequest(operation, path, at: options.place, as: options.credential.login)
    request.commands = commands
    return try await transport.perform(request)
  }

  /// The file of a key.
  func path(of key: ObjectKey) throws(ObjectStoreError) -> String {
    guard key.isFilePath, !key.text.hasPrefix("~"), !LocalStore.isUnfinished(key.lastComponent) else {
      throw ObjectStoreError(
        .unusableKey, url: url(key.text),
        detail: "expected a path without empty parts, `~` and names of unfinished writes, found another",
        remedy: "name the object otherwise")
    }
    return "/" + key.text
  }

  /// The error of a wait that ended early.
  func waited(_ key: ObjectKey, _ error: WaitError) -> ObjectStoreError {
    ObjectStoreError(error.reason == .cancelled ? .cancelled : .timedOut, url: url(key.text), detail: "\(error)")
  }

  private func missing(_ key: ObjectKey) -> ObjectStoreError {
    ObjectStoreError(.notFound, url: url(key.text), detail: "expected a file, found a folder")
  }

  /// The address in messages.
  func url(_ path: String) -> String { "sftp://\(options.place.authority)/\(path)" }
}
