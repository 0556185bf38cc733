extension World {
  /// Reads the variables that PyTorch launchers set: `RANK`, `WORLD_SIZE` and `LOCAL_WORLD_SIZE`.
  ///
  /// Absent ones count as 0, 1 and 1. As upstream, the node and the rank on it derive from `RANK` alone, so a launcher
  /// that numbers local ranks otherwise does not change the order.
  /// - Throws: ``ConfigurationError`` `.outOfRange` naming the variable that is no number or outside of its range,
  ///   `.indivisible` when the world size isn't a multiple of the local world size.
  public init(environment: [String: String], workersPerRank: Int = 1) throws(ConfigurationError) {
    func number(_ name: String, _ absent: Int) throws(ConfigurationError) -> Int {
      guard let text = environment[name], !text.isEmpty else { return absent }
      guard let value = Int(text), value >= 0 else {
        throw .outOfRange(name, expected: "a whole number", found: text)
      }
      return value
    }
    let size = try number("WORLD_SIZE", 1)
    let local = try number("LOCAL_WORLD_SIZE", 1)
    let rank = try number("RANK", 0)
    guard local >= 1, size >= local, size % local == 0 else {
      throw ConfigurationError(
        .indivisible, parameter: "WORLD_SIZE", expected: "a multiple of LOCAL_WORLD_SIZE (\(local))", found: "\(size)",
        remedy: "Start the same number of ranks on every node")
    }
    self = try World(nodes: size / local, ranksPerNode: local, workersPerRank: workersPerRank).seen(from: rank)
  }
}
