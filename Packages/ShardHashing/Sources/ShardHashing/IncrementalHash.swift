/// Computes one hash over bytes that pass piece by piece.
///
/// Cutting the bytes differently gives the same digest. Holds a few hundred bytes, allocates when made and at the end,
/// never in between, and may move between threads.
public struct IncrementalHash: ~Copyable, Sendable {
  private let state: HashState

  /// Starts a hash over no bytes.
  public init(_ algorithm: HashAlgorithm) { state = algorithm.makeState() }

  /// Takes the next bytes. O(bytes.byteCount).
  public mutating func update(_ bytes: RawSpan) { state.update(bytes) }

  /// The digest of all bytes so far.
  public consuming func finalize() -> HashDigest { state.finalize() }
}

/// Computes several hashes over the same passing bytes, as an index asks for.
///
/// Bytes are taken in blocks that stay in the processor's cache, so that a second hash does not read memory again.
public struct IncrementalHashes: ~Copyable, Sendable {
  /// The algorithms in the order given; one given twice is computed once for each.
  public let algorithms: [HashAlgorithm]
  private let states: [HashState]
  private static let blockByteCount = 1 << 17

  /// Starts all of `algorithms`; none is fine.
  public init(_ algorithms: [HashAlgorithm]) {
    self.algorithms = algorithms
    states = algorithms.map { $0.makeState() }
  }

  /// Takes the next bytes into every hash. O(bytes.byteCount × algorithms.count).
  public mutating func update(_ bytes: RawSpan) {
    guard states.count > 1 else {
      states.first?.update(bytes)
      return
    }
    var start = 0
    while start < bytes.byteCount {
      let end = min(start + IncrementalHashes.blockByteCount, bytes.byteCount)
      let block = bytes.extracting(start..<end)
      for state in states { state.update(block) }
      start = end
    }
  }

  /// The digests, in the order of ``algorithms``.
  public consuming func finalize() -> [HashDigest] { states.map { $0.finalize() } }
}

extension HashAlgorithm {
  /// The digest of bytes that lie in memory as a whole. O(bytes.byteCount).
  public func digest(of bytes: RawSpan) -> HashDigest {
    let state = makeState()
    state.update(bytes)
    return state.finalize()
  }

  fileprivate func makeState() -> HashState {
    switch implementation {
    case .evp(let name): EVPState(name)
    case .xxh32: XXH32State()
    case .xxh64: XXH64State()
    case .xxh3Bits64: XXH3State(bitCount: 64)
    case .xxh3Bits128: XXH3State(bitCount: 128)
    }
  }
}

/// The state of one hash in a C library. Used by one owner at a time: the `~Copyable` values above see to that.
class HashState: @unchecked Sendable {
  // Safe because a state has one owner, an `IncrementalHash` or `IncrementalHashes`, which is not copyable: whoever holds
  // it has it alone, on whichever thread.
  func update(_ bytes: RawSpan) {}
  func finalize() -> HashDigest { HashDigest(bytes: []) }
}
