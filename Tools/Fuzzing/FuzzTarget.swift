/// A reader of foreign bytes that may be given any: it must end in a value or in its own error.
package struct FuzzTarget: Sendable {
  /// What came of an input. Both are as they should be.
  package enum Outcome: Sendable {
    case accepted, refused
  }

  package let name: String
  /// Inputs to start from: what upstream or this build wrote.
  package let seeds: [[UInt8]]
  /// Reads one input. What it throws is a finding: a reader's own errors are outcomes.
  package let run: @Sendable ([UInt8]) throws -> Outcome

  init(_ name: String, seeds: [[UInt8]], run: @escaping @Sendable ([UInt8]) throws -> Outcome) {
    self.name = name
    self.seeds = seeds
    self.run = run
  }

  /// Every target by its name, in the order in which they are listed.
  package static let makers: [(name: String, make: @Sendable () throws -> FuzzTarget)] =
    shards + codecs + texts + records + values + planted

  /// Names of the targets that must find nothing.
  package static var names: [String] { makers.map(\.name).filter { !$0.hasPrefix("planted-") } }

  package static func named(_ name: String) throws -> FuzzTarget? {
    try makers.first { $0.name == name }?.make()
  }
}

/// Bytes for which a reader did not keep a promise that it makes.
package struct BrokenPromise: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

func promise(_ holds: Bool, _ what: @autoclosure () -> String) throws(BrokenPromise) {
  guard holds else { throw BrokenPromise(what()) }
}

/// The result of a reader, nil where it refuses with its own error.
func accepted<R, E: Error>(_ body: () throws(E) -> R) -> R? {
  do { return try body() } catch { return nil }
}
