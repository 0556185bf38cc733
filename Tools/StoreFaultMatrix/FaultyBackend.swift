import FakeObjectStores
import ObjectStorage

/// A kind of store that can be made to fail, and the faults that it knows.
struct FaultyBackend: Sendable {
  /// What to inject where.
  enum Injection: Sendable {
    /// Into the fake server: so many times, nil for always.
    case server(FakeFault, Int?)
    /// In front of a store: so many times in succession.
    case store(StoreFault, Int)
  }

  /// One fault, and what must come of it.
  struct Fault: Sendable {
    let name: String
    let inject: Injection
    let expected: @Sendable (FaultMatrix.Operation) -> FaultMatrix.Expectation

    /// - Parameter operations: those that it can meet; all by default.
    /// - Parameter otherwise: what must come of the other operations.
    init(
      _ name: String, _ inject: Injection, _ expectation: FaultMatrix.Expectation = .right,
      operations: Set<FaultMatrix.Operation> = Set(FaultMatrix.Operation.allCases),
      otherwise: FaultMatrix.Expectation = .notApplicable
    ) {
      self.name = name
      self.inject = inject
      expected = { operations.contains($0) ? expectation : otherwise }
    }
  }

  /// A store that will fail, and a way to what is really in it.
  struct Bench: Sendable {
    let store: any ObjectStore
    let truth: any ObjectStore
    /// What the store lives on.
    let owner: (any Sendable)?
  }

  let name: String
  let faults: [Fault]
  let open: @Sendable (Fault, FaultMatrix.Operation) throws(ObjectStoreError) -> Bench

  /// Repeats quickly, as often as by default.
  static let policy = RetryPolicy(
    baseDelay: .milliseconds(2), maximumDelay: .milliseconds(50), progressByteCount: 1)
}
