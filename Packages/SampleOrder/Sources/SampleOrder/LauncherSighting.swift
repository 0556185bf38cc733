/// A program that starts the ranks of a run and tells each its place by environment variables; the innermost first.
enum Launcher: String, CaseIterable, Sendable {
  case torchrun
  case openMPI = "Open MPI"
  case mvapich = "MVAPICH"
  case pmi = "PMI"
  case slurm = "Slurm"
  case kubernetes = "Kubernetes"

  private struct Names {
    var rank: String
    var size: String
    var localRank: String?
    var localSize: String?
  }

  private var names: Names {
    switch self {
    case .torchrun: Names(rank: "RANK", size: "WORLD_SIZE", localRank: "LOCAL_RANK", localSize: "LOCAL_WORLD_SIZE")
    case .openMPI:
      Names(
        rank: "OMPI_COMM_WORLD_RANK", size: "OMPI_COMM_WORLD_SIZE", localRank: "OMPI_COMM_WORLD_LOCAL_RANK",
        localSize: "OMPI_COMM_WORLD_LOCAL_SIZE")
    case .mvapich:
      Names(
        rank: "MV2_COMM_WORLD_RANK", size: "MV2_COMM_WORLD_SIZE", localRank: "MV2_COMM_WORLD_LOCAL_RANK",
        localSize: "MV2_COMM_WORLD_LOCAL_SIZE")
    case .pmi: Names(rank: "PMI_RANK", size: "PMI_SIZE", localRank: "MPI_LOCALRANKID", localSize: "MPI_LOCALNRANKS")
    // In a batch script, which is one process, only the variables of the job are there, not those of a step.
    case .slurm: Names(rank: "SLURM_PROCID", size: "SLURM_STEP_NUM_TASKS", localRank: "SLURM_LOCALID")
    case .kubernetes: Names(rank: "JOB_COMPLETION_INDEX", size: "WORLD_SIZE")
    }
  }

  /// What the launcher's variables say; nil when it did not start this process.
  /// - Parameter isBeside: whether another launcher, inside of this one, was seen already.
  func sighting(
    in environment: [String: String], pods: Int?, isBeside: Bool
  ) throws(ConfigurationError) -> LauncherSighting? {
    var variables: [String] = []
    func number(_ name: String?) throws(ConfigurationError) -> Int? {
      guard let name, let text = environment[name], !text.isEmpty else { return nil }
      guard let value = Int(text), value >= 0, value <= 1 << 40 else {
        throw .outOfRange(name, expected: "a whole number", found: text)
      }
      variables.append("\(name)=\(value)")
      return value
    }
    let names = names
    let rank = try number(names.rank)
    if self == .torchrun, rank == nil, environment["JOB_COMPLETION_INDEX"]?.isEmpty == false { return nil }
    if self == .slurm || self == .kubernetes, rank == nil { return nil }
    // Of a Kubernetes job around another launcher, whose variable WORLD_SIZE then is, the index alone is known.
    var size = self == .kubernetes ? pods : nil
    if size == nil, self != .kubernetes || !isBeside { size = try number(names.size) }
    if self == .slurm, size == nil { return nil }
    var localSize = try number(names.localSize)
    let localRank = try number(names.localRank)
    if self == .slurm { localSize = try tasksPerNode(environment, &variables) }
    if rank == nil, size == nil { return nil }
    if self == .torchrun {
      localSize = localSize ?? 1
      if rank == nil, size == 1 { return nil }
    }
    if self == .kubernetes { localSize = 1 }
    var sighting = LauncherSighting(
      launcher: self, rank: rank ?? 0, size: size ?? 0, ranksPerNode: localSize, variables: variables)
    guard rank != nil else { throw sighting.missing(names.rank) }
    if size == nil, self == .kubernetes, !isBeside {
      throw sighting.missing("WORLD_SIZE", remedy: "Set WORLD_SIZE to the job's completions, or give `pods`")
    }
    if size == nil, self == .kubernetes { sighting.size = sighting.rank + 1 }
    guard sighting.size > 0 else { throw sighting.missing(names.size) }
    guard sighting.rank < sighting.size, (localSize ?? 1) >= 1, (localRank ?? 0) < (localSize ?? .max) else {
      throw ConfigurationError(
        .conflicting, parameter: names.rank, expected: "ranks below the number of ranks", found: "\(sighting)",
        remedy: "Look at what sets these variables, or give the World yourself")
    }
    return sighting
  }

  /// `SLURM_STEP_TASKS_PER_NODE`, such as `4(x2)`; nil when it is not there.
  private func tasksPerNode(
    _ environment: [String: String], _ variables: inout [String]
  ) throws(ConfigurationError) -> Int? {
    let name = "SLURM_STEP_TASKS_PER_NODE"
    guard let text = environment[name] ?? environment["SLURM_TASKS_PER_NODE"], !text.isEmpty else { return nil }
    variables.append("\(name)=\(text)")
    let counts = text.split(separator: ",").map { Int($0.prefix { $0 != "(" }) }
    guard let first = counts.first, let count = first, count > 0 else {
      throw .outOfRange(name, expected: "numbers of tasks such as 4(x2)", found: text)
    }
    guard counts.allSatisfy({ $0 == count }) else {
      throw ConfigurationError(
        .indivisible, parameter: name, expected: "as many ranks on every node", found: text,
        remedy: "Start the same number of ranks on every node: --ntasks-per-node")
    }
    return count
  }
}

/// What a launcher says of this process.
struct LauncherSighting: Sendable, CustomStringConvertible {
  let launcher: Launcher
  let rank: Int
  var size: Int
  /// Nil when it does not tell.
  let ranksPerNode: Int?
  /// The variables that it was read from, with their values.
  let variables: [String]

  var description: String { "\(launcher.rawValue): " + variables.joined(separator: " ") }

  /// Whether both say the same.
  func agrees(with other: LauncherSighting) -> Bool {
    guard rank == other.rank, size == other.size else { return false }
    guard let mine = ranksPerNode, let its = other.ranksPerNode else { return true }
    return mine == its
  }

  /// Whether this one may have started the other, one on each node. Nodes are not compared by number: rendezvous deals
  /// them out anew, and `mpirun` is itself on the first one.
  func isAround(_ inner: LauncherSighting) -> Bool {
    guard ranksPerNode ?? 1 == 1, let perNode = inner.ranksPerNode, perNode > 0 else { return false }
    return size <= inner.size / perNode
  }

  func missing(_ name: String, remedy: String? = nil) -> ConfigurationError {
    ConfigurationError(
      .missing, parameter: name, expected: "the variable beside those of the same launcher",
      found: variables.isEmpty ? "none" : description, remedy: remedy ?? "Set \(name), or give the World yourself")
  }

  func uneven(_ found: String) -> ConfigurationError {
    ConfigurationError(
      .indivisible, parameter: "WORLD_SIZE", expected: "as many ranks on every node", found: "\(found) (\(self))",
      remedy: "Start the same number of ranks on every node")
  }
}
