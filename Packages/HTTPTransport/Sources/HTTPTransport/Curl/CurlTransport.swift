public import ObjectStorage

/// HTTP over libcurl: connections are kept and reused, one thread does all reading and writing.
///
/// The thread waits for its sockets or a wake-up, without a timer of its own. Certificates are always
/// verified. Redirects are not followed. Sinks are written to on that thread, in pieces of up to 16 KiB.
/// Requests fail with `.cancelled` when their task is cancelled, and the thread ends when the transport goes
/// away.
public final class CurlTransport: HTTPClient {
  /// The settings.
  public let options: CurlOptions
  private let loop: CurlLoop

  /// Starts the I/O thread.
  /// - Throws: ``ObjectStoreError`` `.misconfigured` when libcurl can't be initialized.
  public init(_ options: CurlOptions = CurlOptions()) throws(ObjectStoreError) {
    self.options = options
    loop = try CurlLoop(options)
  }

  deinit { loop.close() }

  public func perform(
    _ request: HTTPRequest,
    receiving: @escaping @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
  ) async throws(ObjectStoreError) -> HTTPResponse {
    try await outcome(of: HTTPTransfer(request, receiving: receiving), \.continuation).get()
  }

  /// Makes one transfer with an SSH file server.
  /// - Throws: `.unsupported` where libcurl has no SFTP; otherwise as ``perform(_:receiving:)``, and `.notFound`,
  ///   `.forbidden`, `.unauthorized`, `.untrusted` for a host whose key is not known, `.rejected` for a command that the
  ///   server refuses.
  package func perform(_ request: SSHRequest) async throws(ObjectStoreError) -> SSHAnswer {
    try SSHTransfer.checkSupport(request)
    return try await outcome(of: SSHTransfer(request), \.continuation).get()
  }

  /// Has the I/O thread make a transfer, and waits for what it answers.
  private func outcome<Transfer: CurlTransfer, Outcome: Sendable>(
    of transfer: Transfer, _ continuation: ReferenceWritableKeyPath<Transfer, CheckedContinuation<Outcome, Never>?>
  ) async -> Outcome {
    await withTaskCancellationHandler {
      await withCheckedContinuation {
        transfer[keyPath: continuation] = $0
        loop.submit(transfer)
      }
    } onCancel: {
      loop.cancel(transfer)
    }
  }
}
