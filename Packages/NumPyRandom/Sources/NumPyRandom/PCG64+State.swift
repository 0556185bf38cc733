extension PCG64 {
  /// The state as `json.dumps(bit_generator.state)` of numpy writes it.
  public var stateJSON: String {
    """
    {"bit_generator": "PCG64", "state": {"state": \(state), "inc": \(increment)}, \
    "has_uint32": \(hasKeptHalf ? 1 : 0), "uinteger": \(keptHalf)}
    """
  }

  /// Restores what ``stateJSON`` or `json.dumps(bit_generator.state)` of numpy wrote; keys in any order,
  /// others ignored.
  /// - Throws: ``NumPyRandomError`` `.unreadable` for what is no JSON, `.state` for a missing key, a number
  ///   out of range, or the state of another generator; it names the key.
  public init(stateJSON: String) throws(NumPyRandomError) {
    let dictionary = try StateText(parsing: stateJSON)
    try dictionary.check(generator: "PCG64")
    let inner = try dictionary.member("state")
    let flag = try dictionary.member("has_uint32").integer("has_uint32", UInt8.self)
    guard flag <= 1 else {
      throw NumPyRandomError(.state, "has_uint32", expected: "0 or 1", found: "\(flag)")
    }
    self.init(
      state: try inner.member("state").integer("state"), increment: try inner.member("inc").integer("inc"),
      hasKeptHalf: flag == 1, keptHalf: try dictionary.member("uinteger").integer("uinteger"))
  }

  /// Restores a state from its numbers; numpy's `bit_generator.state = {…}`.
  public init(state: UInt128, increment: UInt128, hasKeptHalf: Bool = false, keptHalf: UInt32 = 0) {
    self.state = state
    self.increment = increment
    self.hasKeptHalf = hasKeptHalf
    self.keptHalf = keptHalf
  }
}
