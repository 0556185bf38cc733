/// Sends as many requests as its endpoint answers well, and no more: ``AdaptiveLimit`` decides.
///
/// Belongs below ``RetryingStore``, so that each attempt takes a turn of its own and none is held while it waits.
public struct AdaptiveStore: StoreWrapper {
  public let base: any ObjectStore
  private let limit: EndpointLimit

  /// Wraps a store.
  /// - Parameter limit: shared by all stores of one endpoint.
  public init(_ base: any ObjectStore, limit: EndpointLimit = EndpointLimit()) {
    self.base = base
    self.limit = limit
  }

  public func run<R: Sendable>(
    _ request: StoreRequest, _ body: () async throws(ObjectStoreError) -> R
  ) async throws(ObjectStoreError) -> R {
    // Presigning asks nobody.
    if request.operation == .presign { return try await body() }
    guard let ticket = await limit.enter() else {
      throw ObjectStoreError(.cancelled, url: request.name, detail: "cancelled while waiting for a turn")
    }
    do throws(ObjectStoreError) {
      let result = try await body()
      limit.leave(ticket, .answered)
      return result
    } catch {
      limit.leave(ticket, Self.outcome(of: error))
      throw error
    }
  }

  static func outcome(of error: ObjectStoreError) -> AdaptiveLimit.Outcome {
    switch error.code {
    case .throttled: .throttled
    case .timedOut, .connectionFailed, .unreachable: .overloaded
    case .cancelled, .localFile, .tooLarge, .noCredentials, .misconfigured: .abandoned
    default: .answered
    }
  }
}
