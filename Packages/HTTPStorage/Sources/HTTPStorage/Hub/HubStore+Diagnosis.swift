import HTTPTransport
public import ObjectStorage

extension HubStore {
  /// Tells the Hub's address, repository and revision, where the token was found, and asks the Hub for its clock.
  public func diagnose() async -> StoreDiagnosis {
    var diagnosis = StoreDiagnosis(
      service: "the Hugging Face Hub", endpoint: options.endpoint.description,
      credentials: [
        .init(
          name: options.token == nil ? "HF_TOKEN, HF_TOKEN_PATH, HF_HOME, ~/.cache/huggingface/token" : options.tokenSource,
          found: options.token == nil ? "none: public repositories only" : "a token", isUsed: options.token != nil)
      ],
      settings: [.init("repository", address.repository), .init("revision", address.revision)])
    diagnosis.clockOffset = await client.transport.greeting(HTTPRequest(.head, options.endpoint))?.clockOffset
    return diagnosis
  }
}
