/// How the ranks of a run are laid out over the kinds of parallelism, and which of them need which data.
///
/// Ranks that differ only in other dimensions than `data` form a data group and receive the same samples. The order
/// depends on the number of groups and the batch size alone.
/// ```swift
/// let mesh = try DataMesh([.init("pipeline", 2), .init("data", 8), .init("tensor", 4)], readingStages: [0])
/// let plan = try EpochPlan(shape: shape, options: options, world: mesh.dataWorld(of: rank, workersPerRank: 4))
/// ```
public struct DataMesh: Sendable, Hashable {
  /// A dimension of the mesh, such as `pipeline`, `data`, `context` or `tensor`.
  public struct Dimension: Sendable, Hashable {
    public let name: String
    public let size: Int

    public init(_ name: String, _ size: Int) {
      self.name = name
      self.size = size
    }
  }

  /// From the slowest to the fastest varying over the ranks.
  public let dimensions: [Dimension]
  /// The pipeline stages that need data; nil for all.
  public let readingStages: Set<Int>?
  /// Ranks in all.
  public let ranks: Int

  /// - Parameter readingStages: coordinates in the dimension `pipeline` whose ranks need data; nil for all.
  /// - Throws: ``ConfigurationError`` `.outOfRange` for a size below 1 or a stage that isn't there, `.conflicting` for
  ///   a name that occurs twice, `.missing` without a dimension `data`.
  public init(_ dimensions: [Dimension], readingStages: Set<Int>? = nil) throws(ConfigurationError) {
    var ranks = 1
    for dimension in dimensions {
      guard (1...1 << 24).contains(dimension.size) else {
        throw .outOfRange("size of \(dimension.name)", expected: "between 1 and 2^24", found: dimension.size)
      }
      ranks = try product(ranks, dimension.size, naming: "mesh")
    }
    guard Set(dimensions.map(\.name)).count == dimensions.count else {
      throw ConfigurationError(
        .conflicting, parameter: "mesh", expected: "each dimension once", found: "one of them twice",
        remedy: "Name each dimension once")
    }
    guard dimensions.contains(where: { $0.name == "data" }) else {
      throw ConfigurationError(
        .missing, parameter: "mesh", expected: "a dimension named data", found: "none",
        remedy: "Add a dimension data, of size 1 when all ranks see the same samples")
    }
    let stages = dimensions.first { $0.name == "pipeline" }?.size ?? 1
    for stage in readingStages ?? [] where !(0..<stages).contains(stage) {
      throw .outOfRange("reading stage", expected: "between 0 and \(stages - 1)", found: stage)
    }
    self.dimensions = dimensions
    self.readingStages = readingStages
    self.ranks = ranks
  }

  /// The number of groups of ranks that receive different samples.
  public var groupCount: Int { dimensions.first { $0.name == "data" }?.size ?? 1 }

  /// A rank's place in a dimension, 0 for one that isn't there.
  /// - Parameter rank: within 0 ..< ``ranks``.
  public func coordinate(of rank: Int, in name: String) -> Int {
    precondition((0..<ranks).contains(rank), "there is no such rank")
    var rest = rank
    for dimension in dimensions.reversed() {
      if dimension.name == name { return rest % dimension.size }
      rest /= dimension.size
    }
    return 0
  }

  /// The data group of a rank.
  public func group(of rank: Int) -> Int { coordinate(of: rank, in: "data") }

  /// Whether a rank reads samples at all; one that does not need open no shard.
  public func needsData(_ rank: Int) -> Bool {
    readingStages?.contains(coordinate(of: rank, in: "pipeline")) ?? true
  }

  /// The world to plan for a rank: its data groups as the ranks of one node.
  ///
  /// Group g of n takes every n-th sample of the canonical nodes' turns, so that with a multiple of n canonical nodes
  /// each group reads from its own ones.
  public func dataWorld(of rank: Int, workersPerRank: Int = 1) throws(ConfigurationError) -> World {
    guard (0..<ranks).contains(rank) else {
      throw .outOfRange("rank", expected: "between 0 and \(ranks - 1)", found: rank)
    }
    return try World(ranksPerNode: groupCount, workersPerRank: workersPerRank, localRank: group(of: rank))
  }
}
