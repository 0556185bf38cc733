public import PythonJSON

/// Where a run stands, in the form that upstream's `state_dict()` has: either side resumes from the other's.
public struct CheckpointState: Sendable, Hashable {
  public var epoch: Int
  /// Samples of the epoch that all ranks together have received, those of replicas counted once.
  public var sampleInEpoch: Int
  public var canonicalNodes: Int
  public var seed: ShuffleSeed
  /// Nodes at the run's first start; nil in checkpoints of old versions.
  public var initialNodes: Int?
  /// What the order of the run depended on; nil in states of upstream.
  public var fingerprint: RunFingerprint?
  /// Damaged shards whose samples the run leaves out, counted over all streams; not in states of upstream.
  public var skippedShards: [Int] = []

  public init(
    epoch: Int, sampleInEpoch: Int, canonicalNodes: Int, seed: ShuffleSeed, initialNodes: Int?,
    fingerprint: RunFingerprint? = nil
  ) {
    self.epoch = epoch
    self.sampleInEpoch = sampleInEpoch
    self.canonicalNodes = canonicalNodes
    self.seed = seed
    self.initialNodes = initialNodes
    self.fingerprint = fingerprint
  }

  /// The state's JSON may be this long: the page of shared memory in which upstream passes it to its workers.
  static let byteLimit = 4096

  /// Reads a state from its JSON text.
  /// - Throws: ``ConfigurationError`` `.malformedState` naming the key that is missing or holds another kind of value,
  ///   or the text that is no JSON object.
  public init(json text: String) throws(ConfigurationError) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: text)
    } catch {
      throw .malformed("state", expected: "a JSON object", found: "\(error)")
    }
    try self.init(json: value)
  }

  /// Reads a state from a JSON object. Keys that are neither upstream's nor ours are ignored.
  public init(json value: JSONValue) throws(ConfigurationError) {
    guard let object = value.object else {
      throw .malformed("state", expected: "a JSON object", found: value.kind)
    }
    let byteCount = value.encoded(sortingKeys: true).count
    guard byteCount <= Self.byteLimit else {
      throw .malformed("state", expected: "at most \(Self.byteLimit) bytes", found: "\(byteCount)")
    }
    epoch = try Self.integer(object, "epoch")
    sampleInEpoch = try Self.integer(object, "sample_in_epoch")
    canonicalNodes = try Self.integer(object, "num_canonical_nodes")
    guard case .integer(let seed)? = object["shuffle_seed"] else {
      throw .malformed("shuffle_seed", expected: "an integer", found: object["shuffle_seed"]?.kind ?? "nothing")
    }
    self.seed = try ShuffleSeed(parsing: seed.text)
    if let nodes = object["initial_physical_nodes"], !nodes.isNull {
      initialNodes = try Self.integer(object, "initial_physical_nodes")
    } else {
      initialNodes = nil
    }
    fingerprint = nil
    if let stored = object[RunFingerprint.key], !stored.isNull { fingerprint = try RunFingerprint(json: stored) }
    for shard in object[Self.skippedKey]?.array ?? [] {
      guard let number = shard.int, number >= 0 else {
        throw .malformed(Self.skippedKey, expected: "non-negative integers", found: shard.kind)
      }
      skippedShards.append(number)
    }
    guard sampleInEpoch >= 0 else {
      throw .malformed("sample_in_epoch", expected: "a non-negative integer", found: "\(sampleInEpoch)")
    }
    guard canonicalNodes >= 1 else {
      throw .malformed("num_canonical_nodes", expected: "a positive integer", found: "\(canonicalNodes)")
    }
  }

  private static let skippedKey = "skipped_shards"

  private static func integer(_ object: JSONObject, _ key: String) throws(ConfigurationError) -> Int {
    guard let value = object[key] else { throw .malformed(key, expected: "an integer", found: "nothing") }
    guard let integer = value.int else { throw .malformed(key, expected: "an integer", found: value.kind) }
    return integer
  }

  /// The state's JSON text, with sorted keys: what ``init(json:)-(String)`` reads.
  public var jsonText: String { String(decoding: json.encoded(sortingKeys: true), as: UTF8.self) }

  /// The state with upstream's keys, in upstream's order, and the fingerprint if there is one; upstream loads it.
  public var json: JSONValue {
    var object = upstreamJSON.object ?? JSONObject()
    if let fingerprint { object[RunFingerprint.key] = fingerprint.json }
    if !skippedShards.isEmpty {
      object[Self.skippedKey] = .array(skippedShards.map { .integer(JSONInteger($0)) })
    }
    return .object(object)
  }

  /// The state with upstream's keys alone.
  public var upstreamJSON: JSONValue {
    .object([
      "epoch": .integer(JSONInteger(epoch)),
      "sample_in_epoch": .integer(JSONInteger(sampleInEpoch)),
      "num_canonical_nodes": .integer(JSONInteger(canonicalNodes)),
      "shuffle_seed": JSONInteger(decimal: seed.description).map(JSONValue.integer) ?? .null,
      "initial_physical_nodes": initialNodes.map { .integer(JSONInteger($0)) } ?? .null,
    ])
  }
}

extension ConfigurationError {
  static func malformed(_ key: String, expected: String, found: String) -> ConfigurationError {
    ConfigurationError(
      .malformedState, parameter: key, expected: expected, found: found,
      remedy: "Resume from a state that a loader's state or upstream's state_dict gave")
  }
}
