import ObjectStorage
import Threading

/// A download that ends when no byte has come for a while: a store whose connection hangs is not waited for.
struct StallGuard: Sendable {
  let store: any ObjectStore
  let sink: InstallSink
  let limit: Duration

  private static let progress = StallCause("bytes of a download")

  /// - Throws: ``ObjectStoreError`` `.timedOut` when the limit passed without a byte; as the store otherwise.
  func get(_ key: ObjectKey) async throws(ObjectStoreError) {
    let outcome = await withTaskGroup(of: Result<Void, ObjectStoreError>?.self) { group in
      group.addTask { await download(key) }
      group.addTask { await watch(key) }
      var outcome: Result<Void, ObjectStoreError>?
      // The watch ends without an outcome only when it is cancelled, after the download.
      while outcome == nil, let ended = await group.next() { outcome = ended }
      group.cancelAll()
      return outcome
    }
    guard let outcome else { throw ObjectStoreError(.cancelled, url: key.text) }
    try outcome.get()
  }

  private func download(_ key: ObjectKey) async -> Result<Void, ObjectStoreError>? {
    do throws(ObjectStoreError) {
      _ = try await store.get(key, options: GetOptions(), into: sink)
      return .success(())
    } catch {
      return .failure(error)
    }
  }

  private func watch(_ key: ObjectKey) async -> Result<Void, ObjectStoreError>? {
    var seen = sink.receivedByteCount
    while true {
      do throws(WaitError) {
        try await delay(for: limit, charging: Self.progress)
      } catch {
        return nil
      }
      let now = sink.receivedByteCount
      if now == seen {
        return .failure(
          ObjectStoreError(
            .timedOut, url: key.text, detail: "expected bytes within \(limit), found none after byte \(now)",
            remedy: "check the network; raise downloadTimeout if it is slow"))
      }
      seen = now
    }
  }
}
