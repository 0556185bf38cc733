/// The processes of a run: nodes, ranks on each, logical workers of each, and which rank this one is.
///
/// A rank is a process that consumes batches, mostly one per device. A worker is upstream's: a DataLoader process.
/// Here workers exist only as numbers, because the order of samples depends on how many there are.
public struct World: Sendable, Hashable {
  public let nodes: Int
  public let ranksPerNode: Int
  public let workersPerRank: Int
  /// Which node this process is on, from 0.
  public let node: Int
  /// Which rank of its node this process is, from 0.
  public let localRank: Int

  /// Describes a world of equal nodes.
  /// - Throws: ``ConfigurationError`` `.outOfRange` when a count is below 1 or a position outside of its count.
  public init(
    nodes: Int = 1, ranksPerNode: Int = 1, workersPerRank: Int = 1, node: Int = 0, localRank: Int = 0
  ) throws(ConfigurationError) {
    for (name, count) in [("nodes", nodes), ("ranks per node", ranksPerNode), ("workers per rank", workersPerRank)] {
      guard count >= 1, count <= 1 << 24 else {
        throw .outOfRange(name, expected: "between 1 and 2^24", found: count)
      }
    }
    _ = try product(nodes, ranksPerNode, workersPerRank, naming: "world size")
    guard (0..<nodes).contains(node) else {
      throw .outOfRange("node", expected: "between 0 and \(nodes - 1)", found: node)
    }
    guard (0..<ranksPerNode).contains(localRank) else {
      throw .outOfRange("local rank", expected: "between 0 and \(ranksPerNode - 1)", found: localRank)
    }
    self.init(
      uncheckedNodes: nodes, ranksPerNode: ranksPerNode, workersPerRank: workersPerRank, node: node,
      localRank: localRank)
  }

  init(uncheckedNodes nodes: Int, ranksPerNode: Int, workersPerRank: Int, node: Int, localRank: Int) {
    self.nodes = nodes
    self.ranksPerNode = ranksPerNode
    self.workersPerRank = workersPerRank
    self.node = node
    self.localRank = localRank
  }

  /// One process with one worker.
  public static let single = World(uncheckedNodes: 1, ranksPerNode: 1, workersPerRank: 1, node: 0, localRank: 0)

  /// Ranks of all nodes.
  public var ranks: Int { nodes * ranksPerNode }

  /// This process among all ranks, from 0.
  public var rank: Int { node * ranksPerNode + localRank }

  /// The same world seen from another rank.
  /// - Throws: ``ConfigurationError`` `.outOfRange` when there is no such rank.
  public func seen(from rank: Int) throws(ConfigurationError) -> World {
    guard (0..<ranks).contains(rank) else {
      throw .outOfRange("rank", expected: "between 0 and \(ranks - 1)", found: rank)
    }
    return World(
      uncheckedNodes: nodes, ranksPerNode: ranksPerNode, workersPerRank: workersPerRank, node: rank / ranksPerNode,
      localRank: rank % ranksPerNode)
  }

  /// The same ranks with another number of logical workers each.
  public func with(workersPerRank: Int) throws(ConfigurationError) -> World {
    try World(
      nodes: nodes, ranksPerNode: ranksPerNode, workersPerRank: workersPerRank, node: node, localRank: localRank)
  }

  /// The world in which each group of `replication` adjacent ranks counts as one, as they see the same samples.
  ///
  /// Upstream's `World.replicate`: the ranks per node stay when the groups fill whole nodes; else all are one node.
  /// - Throws: ``ConfigurationError`` `.outOfRange` below 1, `.indivisible` when it doesn't divide the ranks.
  public func replicated(by replication: Int) throws(ConfigurationError) -> World {
    guard replication >= 1 else { throw .outOfRange("replication", expected: "at least 1", found: replication) }
    guard ranks % replication == 0 else {
      throw ConfigurationError(
        .indivisible, parameter: "replication", expected: "a divisor of the \(ranks) ranks", found: "\(replication)",
        remedy: "Choose replication so that the number of ranks is a multiple of it")
    }
    let groups = ranks / replication
    let groupNodes = groups % ranksPerNode == 0 ? groups / ranksPerNode : 1
    let perNode = groups / groupNodes
    let group = rank / replication
    return World(
      uncheckedNodes: groupNodes, ranksPerNode: perNode, workersPerRank: workersPerRank, node: group / perNode,
      localRank: group % perNode)
  }
}
