extension World {
  /// Reads which rank this is, of how many, from the variables that launchers set.
  ///
  /// Known are torchrun and whatever sets `RANK` and `WORLD_SIZE` (an absent `LOCAL_WORLD_SIZE` counts as 1, as upstream
  /// has it), Open MPI, MPICH and others with PMI, MVAPICH, Slurm's `srun`, and Kubernetes' indexed jobs, of which each pod
  /// is one rank. No variables mean ``single``. A launcher may stand around another: one process per node of the outer one
  /// starts the ranks of the inner one, as `srun torchrun` does. Node and rank on it derive from the rank alone, so a
  /// launcher that deals ranks out to nodes otherwise does not change the order.
  /// - Parameter pods: the completions of a Kubernetes indexed job, which its pods are not told; `WORLD_SIZE` without
  ///   `RANK` says the same.
  /// - Throws: ``ConfigurationError`` `.outOfRange` naming a variable that is no number; `.missing` one that is needed
  ///   besides those there; `.indivisible` when nodes have different numbers of ranks; `.conflicting` when launchers, or
  ///   the variables of one, contradict each other. The last three list what was seen.
  public init(
    environment: [String: String], workersPerRank: Int = 1, pods: Int? = nil
  ) throws(ConfigurationError) {
    var seen: [LauncherSighting] = []
    for launcher in Launcher.allCases {
      let sighting = try launcher.sighting(in: environment, pods: pods, isBeside: !seen.isEmpty)
      if let sighting { seen.append(sighting) }
    }
    guard let inner = seen.first else {
      self = try World.single.with(workersPerRank: workersPerRank)
      return
    }
    for other in seen.dropFirst() where !other.agrees(with: inner) && !other.isAround(inner) {
      throw ConfigurationError(
        .conflicting, parameter: "world", expected: "one world of all launchers",
        found: seen.map(\.description).joined(separator: "; "),
        remedy: "Unset the variables of the launcher that did not start this process, or give the World yourself")
    }
    // A launcher that does not tell the ranks of a node may stand beside one that does.
    let perNode = seen.lazy.filter { $0.agrees(with: inner) }.compactMap(\.ranksPerNode).first
    guard let perNode = perNode ?? (inner.size == 1 ? 1 : nil) else {
      throw ConfigurationError(
        .missing, parameter: "MPI_LOCALNRANKS", expected: "the number of ranks on this node", found: "\(inner)",
        remedy: "Set MPI_LOCALNRANKS, or give the World yourself")
    }
    guard inner.size % perNode == 0 else { throw inner.uneven("\(inner.size) is no multiple of \(perNode)") }
    self = try World(nodes: inner.size / perNode, ranksPerNode: perNode, workersPerRank: workersPerRank)
      .seen(from: inner.rank)
  }
}
