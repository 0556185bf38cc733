import ObjectStorage

extension FaultyBackend {
  /// The memory store behind injected faults.
  static let memory = FaultyBackend(
    name: "memory",
    faults: [
      Fault("throttled, twice", .store(.throttled, 2)),
      Fault("throttled, for ever", .store(.throttled, .max), .error(.throttled)),
      Fault("unavailable, twice", .store(.unavailable, 2)),
      Fault("unavailable, for ever", .store(.unavailable, .max), .error(.unavailable)),
      Fault("timed out, twice", .store(.timedOut, 2)),
      Fault("timed out, for ever", .store(.timedOut, .max), .error(.timedOut)),
      Fault("expired credential, once", .store(.expiredCredential, 1)),
      Fault("expired credential, for ever", .store(.expiredCredential, .max), .error(.expiredCredential)),
      Fault("lost answer, twice", .store(.lostAnswer, 2)),
      Fault("lost answer, for ever", .store(.lostAnswer, .max), .error(.connectionFailed)),
      Fault("interrupted body, twice", .store(.interruptedBody, 2), operations: [.get]),
      Fault("short body, twice", .store(.shortBody, 2), operations: [.get]),
    ]
  ) { (fault, operation) throws(ObjectStoreError) in
    let memory = MemoryStore()
    guard case .store(let kind, let times) = fault.inject else {
      throw ObjectStoreError(.misconfigured, url: fault.name)
    }
    let faulty = FaultInjectingStore(memory, seed: 1, rates: [kind: 1], maximumInSuccession: times)
    return Bench(store: RetryingStore(faulty, policy: policy), truth: memory, owner: nil)
  }
}
