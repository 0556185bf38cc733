import HTTPTransport
public import ObjectStorage
import Threading

extension SFTPStore {
  /// Uploads under a temporary name, looks at the size, and renames.
  /// - Throws: `.unsupported` for writes with an entity tag; `.unavailable` when another writer took the name meanwhile.
  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    guard options.ifMatch == nil else {
      throw ObjectStoreError(
        .unsupported, url: url(key.text), detail: "SFTP has no conditional writes", remedy: "write without an entity tag")
    }
    let path = try path(of: key)
    let parent = path.utf8.lastIndex(of: 0x2F).map { path[...$0] } ?? "/"
    // Beside its target, under a name that no listing shows.
    let temporary = "\(parent).\(UInt32.random(in: .min ... .max))-\(UInt32.random(in: .min ... .max)).tmp"
    let rename = "rename \(SSHRequest.quoted(temporary)) \(SSHRequest.quoted(path))"
    do throws(ObjectStoreError) {
      _ = try await perform(.write(source), temporary)
      // Before the name is taken: afterwards it may be another writer's object already.
      let info = info(key, try await perform(.look, temporary))
      guard info.byteCount == source.byteCount else {
        throw ObjectStoreError(
          .corrupt, url: url(key.text),
          detail: "expected \(source.byteCount) bytes, found \(info.byteCount) after the upload",
          remedy: "make room on the server")
      }
      if options.createOnly {
        _ = try await perform(.nothing, "/", commands: [rename])
      } else {
        do throws(WaitError) { try await replacements.beginReplacing(path) } catch { throw waited(key, error) }
        defer { replacements.endReplacing(path) }
        _ = try await perform(.nothing, "/", commands: ["*rm \(SSHRequest.quoted(path))", rename])
      }
      return info
    } catch {
      await remove(temporary)
      throw error.code == .rejected ? await explained(error, key, options) : error
    }
  }

  public func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    let path = try path(of: key)
    do throws(ObjectStoreError) {
      _ = try await perform(.nothing, "/", commands: ["rm \(SSHRequest.quoted(path))"])
    } catch {
      guard error.code == .rejected else { throw error }
      do throws(ObjectStoreError) {
        _ = try await head(key)
      } catch {
        if error.code == .notFound { return }
        throw error
      }
      throw ObjectStoreError(
        .forbidden, url: url(key.text), detail: error.detail, remedy: "check the rights of user \(options.credential.user) there")
    }
  }

  /// Best effort, also when the task is cancelled.
  private func remove(_ temporary: String) async {
    let store = self
    await Task { () -> Void in
      _ = try? await store.perform(.nothing, "/", commands: ["*rm \(SSHRequest.quoted(temporary))"])
    }.value
  }

  /// Why a rename was refused: the server's words are the same for everything.
  private func explained(
    _ error: ObjectStoreError, _ key: ObjectKey, _ options: PutOptions
  ) async -> ObjectStoreError {
    guard (try? await head(key)) != nil else { return error.replacing(url: url(key.text)) }
    return options.createOnly
      ? ObjectStoreError(.alreadyExists, url: url(key.text), detail: error.detail, cause: error)
      : ObjectStoreError(
        .unavailable, url: url(key.text), detail: error.detail, remedy: "leave an object to one writer at a time", cause: error)
  }
}
