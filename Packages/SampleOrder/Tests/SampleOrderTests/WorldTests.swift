import SampleOrder
import Testing

@Suite struct WorldTests {
  @Test(
    "adjacent ranks become one; they stay on their nodes when they fill whole ones",
    arguments: [
      (nodes: 2, ranks: 4, replication: 2, groups: (1, 4)), (4, 8, 8, (1, 4)), (2, 4, 1, (2, 4)), (4, 4, 4, (1, 4)),
      (8, 2, 4, (2, 2)), (1, 8, 2, (1, 4)), (3, 4, 4, (1, 3)),
    ])
  func replicates(nodes: Int, ranks: Int, replication: Int, groups: (Int, Int)) throws {
    for rank in 0..<nodes * ranks {
      let world = try World(nodes: nodes, ranksPerNode: ranks).seen(from: rank).replicated(by: replication)
      #expect((world.nodes, world.ranksPerNode) == groups)
      #expect(world.rank == rank / replication)
    }
  }

  @Test("an uneven or absent replication is refused", arguments: [0, -1, 3, 16])
  func refuses(replication: Int) throws {
    let world = try World(nodes: 2, ranksPerNode: 4)
    let error = #expect(throws: ConfigurationError.self) { try world.replicated(by: replication) }
    #expect(error?.parameter == "replication")
  }

  @Test("node and rank derive from RANK alone")
  func environment() throws {
    let world = try World(environment: [
      "RANK": "5", "WORLD_SIZE": "8", "LOCAL_WORLD_SIZE": "4", "LOCAL_RANK": "3",
    ])
    #expect(world == (try World(nodes: 2, ranksPerNode: 4, node: 1, localRank: 1)))
    #expect(try World(environment: [:]) == .single)
    #expect(throws: ConfigurationError.self) { try World(environment: ["WORLD_SIZE": "6", "LOCAL_WORLD_SIZE": "4"]) }
    #expect(throws: ConfigurationError.self) { try World(environment: ["RANK": "x"]) }
    #expect(throws: ConfigurationError.self) { try World(environment: ["RANK": "1"]) }
  }
}
