import CloudAuth
import HTTPTransport
public import ObjectStorage
import Threading

extension AzureStore {
  /// Copies within the container. The service may take its time; this waits for its end.
  public func copy(
    _ source: ObjectKey, to target: ObjectKey, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var origin = place(of: source)
    if case .sharedAccessSignature(let signature) = try await credential(for: source)?.credential {
      origin.encodedQuery = signature.text
    }
    var request = ObjectRequest(.put, key: target)
    request.headers["x-ms-copy-source"] = origin.text
    request.set(options)
    let started = try await writing(options) { () async throws(ObjectStoreError) in
      try await exchange(request)
    }
    var status = started.head.headers["x-ms-copy-status"] ?? "success"
    var delay = Duration.milliseconds(100)
    while true {
      // The answer to the copy has no size.
      let head = try await exchange(ObjectRequest(.head, key: target)).head
      if status == "success" { return try head.objectInfo(of: target, at: url(of: target)) }
      guard status == "pending" else {
        throw ObjectStoreError(
          .unavailable, url: url(of: target), detail: "expected a copy that succeeds, found it \(status)",
          remedy: "copy it again")
      }
      do throws(WaitError) {
        try await Threading.delay(for: delay, charging: StallCause("a copy within the storage account"))
      } catch {
        throw ObjectStoreError(.cancelled, url: url(of: target), detail: "while the service was copying")
      }
      delay = min(delay * 2, .seconds(5))
      status = head.headers["x-ms-copy-status"] ?? "success"
    }
  }
}
