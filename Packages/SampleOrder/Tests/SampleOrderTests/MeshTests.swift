import SampleOrder
import Testing

@Suite struct MeshTests {
  /// All meshes of 64 ranks with three dimensions in each order.
  static let meshes: [[DataMesh.Dimension]] = [1, 2, 4, 8, 16, 32, 64].flatMap { data -> [[DataMesh.Dimension]] in
    [1, 2, 4, 8, 16, 32, 64].filter { 64 % (data * $0) == 0 }.flatMap { pipeline -> [[DataMesh.Dimension]] in
      let sizes = [
        DataMesh.Dimension("data", data), .init("pipeline", pipeline), .init("tensor", 64 / data / pipeline),
      ]
      return [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].map { $0.map { sizes[$0] } }
    }
  }

  @Test("the union by data group equals the run with that many groups", arguments: meshes)
  func union(dimensions: [DataMesh.Dimension]) throws {
    let mesh = try DataMesh(dimensions)
    #expect(mesh.ranks == 64)
    let shape = try DatasetShape(shardSizes: [40, 50, 70])
    var options = OrderOptions(batchSize: 2)
    options.shuffle = .py1s
    options.canonicalNodes = 4
    let reference = try EpochPlan(shape: shape, options: options, world: World(ranksPerNode: mesh.groupCount))
    var members = [Int](repeating: 0, count: mesh.groupCount)
    for rank in 0..<64 {
      let world = try mesh.dataWorld(of: rank)
      members[world.rank] += 1
      guard members[world.rank] == 1 else { continue }
      let plan = try EpochPlan(shape: shape, options: options, world: world)
      let batches = 0..<reference.batchCount(rank: world.rank)
      #expect(plan.samples(rank: world.rank, batches: batches) == reference.samples(rank: world.rank, batches: batches))
    }
    #expect(members.allSatisfy { $0 == 64 / mesh.groupCount })
  }

  @Test("ranks of other stages need no data")
  func stages() throws {
    let mesh = try DataMesh([.init("pipeline", 4), .init("data", 2), .init("tensor", 2)], readingStages: [0, 3])
    #expect((0..<16).map { mesh.needsData($0) } == [true, false, false, true].flatMap { [$0, $0, $0, $0] })
    #expect((0..<4).map { mesh.group(of: $0) } == [0, 0, 1, 1])
  }

  @Test("odd meshes are refused")
  func refuses() {
    #expect(throws: ConfigurationError.self) { try DataMesh([.init("tensor", 2)]) }
    #expect(throws: ConfigurationError.self) { try DataMesh([.init("data", 0)]) }
    #expect(throws: ConfigurationError.self) { try DataMesh([.init("data", 2), .init("data", 2)]) }
    #expect(throws: ConfigurationError.self) { try DataMesh([.init("data", 2)], readingStages: [1]) }
  }
}
