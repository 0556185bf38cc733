extension MT19937 {
  /// The state in the terms of numpy's `bit_generator.state`, with the key as a list.
  public var stateJSON: String { "{\(stateMembers)}" }

  /// Restores what ``stateJSON`` wrote, or numpy's state with `key` as a list; keys in any order, others
  /// ignored.
  /// - Throws: ``NumPyRandomError`` `.unreadable` for what is no JSON, `.state` for a missing key, a number
  ///   out of range, or the state of another generator; it names the key.
  public init(stateJSON: String) throws(NumPyRandomError) { try self.init(try StateText(parsing: stateJSON)) }

  var stateMembers: String {
    let words = key.map(String.init).joined(separator: ", ")
    return "\"bit_generator\": \"MT19937\", \"state\": {\"key\": [\(words)], \"pos\": \(position)}"
  }

  init(_ dictionary: StateText) throws(NumPyRandomError) {
    try dictionary.check(generator: "MT19937")
    let inner = try dictionary.member("state")
    guard case .list(let words) = try inner.member("key") else {
      throw NumPyRandomError(.state, "key", expected: "a list", found: "another value")
    }
    var key: [UInt32] = []
    for word in words { key.append(try word.integer("key", UInt32.self)) }
    try self.init(key: key, position: try inner.member("pos").integer("pos"))
  }
}

extension RandomState {
  /// The state in the terms of numpy's `RandomState.get_state(legacy=False)`, with the key as a list.
  public var stateJSON: String {
    "{\(bits.stateMembers), \"has_gauss\": \(keptGauss == nil ? 0 : 1), \"gauss\": \(keptGauss ?? 0)}"
  }

  /// Restores what ``stateJSON`` or numpy's `get_state(legacy=False)` wrote; without `has_gauss` nothing is
  /// kept.
  /// - Throws: ``NumPyRandomError`` as ``MT19937/init(stateJSON:)``.
  public init(stateJSON: String) throws(NumPyRandomError) {
    let dictionary = try StateText(parsing: stateJSON)
    self.init(try MT19937(dictionary))
    guard case .object(let members) = dictionary, let flag = members["has_gauss"] else { return }
    if try flag.integer("has_gauss", Int.self) == 0 { return }
    guard case .number(let digits) = try dictionary.member("gauss"), let gauss = Double(digits) else {
      throw NumPyRandomError(.state, "gauss", expected: "a number", found: "another value")
    }
    keptGauss = gauss
  }
}
