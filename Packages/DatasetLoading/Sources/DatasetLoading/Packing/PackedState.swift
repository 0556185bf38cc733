import PythonJSON
public import SampleOrder

/// Where a run of a ``PackedLoader`` stands: in the middle of a document.
///
/// Each rank keeps its own, as documents differ in length: `rank` tells whose it is.
public struct PackedState: Sendable, Hashable {
  /// Where the epoch's documents were begun.
  public var run: CheckpointState
  /// The rank, and of how many.
  public var rank: Int
  public var ranks: Int
  /// Packed batches of the epoch that were delivered.
  public var batchCount: Int
  /// Documents that were delivered whole.
  public var documentCount: Int
  /// Tokens of the next document that were delivered.
  public var tokenCount: Int
  let settings: String

  /// The keys of the run's state, and `packing`.
  public var jsonText: String {
    guard case .object(var object) = run.json else { return run.jsonText }
    object["packing"] = .object([
      "rank": .integer(JSONInteger(rank)), "ranks": .integer(JSONInteger(ranks)),
      "batches": .integer(JSONInteger(batchCount)), "documents": .integer(JSONInteger(documentCount)),
      "tokens": .integer(JSONInteger(tokenCount)), "settings": .string(settings),
    ])
    return String(decoding: JSONValue.object(object).encoded(sortingKeys: true), as: UTF8.self)
  }
}

extension PackedState {
  /// Reads what ``jsonText`` gave.
  /// - Throws: `ConfigurationError` `.malformedState`.
  public init(json text: String) throws(ConfigurationError) {
    run = try CheckpointState(json: text)
    let packing = (try? JSONValue(parsing: text))?["packing"]
    func count(_ key: String) throws(ConfigurationError) -> Int {
      guard let number = packing?[key]?.int, number >= 0 else {
        throw ConfigurationError(
          .malformedState, parameter: "packing.\(key)", expected: "a non-negative integer",
          found: packing?[key]?.kind ?? "nothing", remedy: "Resume from a state that a packed loader's state gave")
      }
      return number
    }
    rank = try count("rank")
    ranks = try count("ranks")
    batchCount = try count("batches")
    documentCount = try count("documents")
    tokenCount = try count("tokens")
    settings = packing?["settings"]?.string ?? ""
  }
}
