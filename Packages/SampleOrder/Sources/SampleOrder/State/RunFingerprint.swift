import PythonJSON

/// What the order of a run's global batches depends on, in a form that is kept with its states.
///
/// Equal on every rank and on every number of nodes that leaves the order as it is. Differs with each setting that
/// changes the order, and with no other: a block size counts only for a shuffle that has blocks, a seed only where
/// something is drawn. A miniature of the order is part of it, so that a change of an algorithm shows as well.
public struct RunFingerprint: Sendable, Hashable, CustomStringConvertible {
  /// Names, as upstream's options are called, and values or hashes of them.
  public let fields: [Field]

  /// One setting, or a hash of several.
  public struct Field: Sendable, Hashable {
    public let name: String
    public let value: String
  }

  /// All fields hashed, as 16 hexadecimal digits.
  public var hex: String {
    var hash = StableHash()
    for field in fields {
      hash.combine(field.name)
      hash.combine(field.value)
    }
    return hash.hex
  }

  public var description: String { hex }

  init(fields: [Field]) { self.fields = fields }

  /// Reads what ``json`` gave.
  /// - Throws: ``ConfigurationError`` `.malformedState` for anything else.
  init(json value: JSONValue) throws(ConfigurationError) {
    guard let object = value.object else {
      throw .malformed(Self.key, expected: "an object", found: value.kind)
    }
    var fields: [Field] = []
    for (name, value) in object {
      guard let text = value.string else { throw .malformed(Self.key, expected: "strings", found: value.kind) }
      fields.append(Field(name: name, value: text))
    }
    self.fields = fields.sorted { $0.name < $1.name }
  }

  /// The fields as an object of strings.
  var json: JSONValue { .object(JSONObject(fields.map { ($0.name, .string($0.value)) })) }

  /// Its name in a state, beside upstream's keys.
  static let key = "run_fingerprint"

  /// The field for the contents of the indexes; only a run that has indexes has it.
  static let indexName = "index_contents"

  /// The first setting in which the run of a state differs from this one, as an error; nil when there is none.
  ///
  /// The contents of the indexes are compared where both know them: sizes alone are enough to plan.
  func difference(from stored: RunFingerprint) -> ConfigurationError? {
    // The probe of the order differs with any of the others: it is told only where no setting explains it.
    let names = Set(fields.map(\.name) + stored.fields.map(\.name)).sorted {
      ($0 == "probe" ? 1 : 0, $0) < ($1 == "probe" ? 1 : 0, $1)
    }
    let known = [fields, stored.fields].allSatisfy { $0.contains { $0.name == Self.indexName } }
    for name in names where known || name != Self.indexName {
      let ours = fields.first { $0.name == name }?.value ?? "nothing"
      let theirs = stored.fields.first { $0.name == name }?.value ?? "nothing"
      if ours != theirs {
        return ConfigurationError(
          .fingerprintMismatch, parameter: name, expected: "\(theirs), as the run had from which the state is",
          found: ours, remedy: "Restore \(name), or load the state ignoring its fingerprint to go on in another order")
      }
    }
    return nil
  }
}
