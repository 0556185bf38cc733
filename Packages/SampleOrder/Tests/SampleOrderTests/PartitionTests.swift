import SampleOrder
import Testing

@Suite struct PartitionTests {
  static let small = (1...4).flatMap { nodes in (1...3).map { (nodes, $0) } }

  private func check(_ view: PartitionView?, _ naive: NaivePartition?, _ what: String) {
    guard let view, let naive else {
      #expect((view == nil) == (naive == nil), "\(what): only one refuses")
      return
    }
    var came: [[[[[Int]]]]] = []
    for node in 0..<view.nodes {
      came.append(
        (0..<view.ranksPerNode).map { rank in
          (0..<view.workersPerRank).map { worker in
            (0..<view.batchesPerWorker).map { batch in
              (0..<view.batchSize).map {
                view[node: node, rank: rank, worker: worker, batch: batch, slot: $0]
              }
            }
          }
        })
    }
    #expect(came == naive.ids, "\(what)")
  }

  @Test("orig agrees with the matrices for every small case", arguments: small, 1...3)
  func orig(world: (Int, Int), batch: Int) throws {
    let (nodes, ranks) = world
    for samples in 1...14 {
      for canonical in [1, 2, 3, 4, 8] {
        for workers in 1...2 {
          for drop in [0, 1, 4, 13, 20] {
            let view = try? origPartition(
              sampleCount: samples, canonicalNodes: canonical,
              world: World(nodes: nodes, ranksPerNode: ranks, workersPerRank: workers), batchSize: batch,
              dropFirst: drop)
            let naive = NaivePartition.orig(
              samples: samples, canonical: canonical, nodes: nodes, ranks: ranks, workers: workers, batch: batch,
              drop: drop)
            check(view, naive, "\(samples) samples, \(canonical) canonical, \(workers) workers, drop \(drop)")
          }
        }
      }
    }
  }

  @Test("relaxed deals the first run's batches to other nodes", arguments: small, [1, 2, 3, 6])
  func relaxed(world: (Int, Int), batch: Int) throws {
    let (nodes, ranks) = world
    for samples in [1, 5, 12, 29] {
      for canonical in [1, 2, 4, 8] {
        for initial in [nil, 1, 2, 4, 8] {
          let view = try? relaxedPartition(
            sampleCount: samples, canonicalNodes: canonical,
            world: World(nodes: nodes, ranksPerNode: ranks, workersPerRank: 2), batchSize: batch, dropFirst: 4,
            initialNodes: initial)
          let naive = NaivePartition.relaxed(
            samples, canonical: canonical, nodes: nodes, ranks: ranks, workers: 2, batch: batch, drop: 4,
            initial: initial)
          check(view, naive, "\(samples) samples, \(canonical) canonical, initially \(String(describing: initial))")
        }
      }
    }
  }

  @Test("refusals name the parameter")
  func refusals() throws {
    func code(_ samples: Int, _ canonical: Int, _ nodes: Int, drop: Int = 0, batch: Int = 1) -> ConfigurationError? {
      #expect(throws: ConfigurationError.self) {
        try relaxedPartition(
          sampleCount: samples, canonicalNodes: canonical, world: World(nodes: nodes), batchSize: batch,
          dropFirst: drop)
      }
    }
    #expect(code(10, 3, 2)?.code == .indivisible)
    #expect(code(10, 3, 2)?.parameter == "num_canonical_nodes")
    #expect(code(10, 1, 1, drop: 12)?.code == .beyondEnd)
    #expect(code(10, 1, 1, drop: -1)?.parameter == "sample_in_epoch")
    #expect(code(0, 1, 1)?.code == .outOfRange)
    #expect(code(10, 0, 1)?.parameter == "num_canonical_nodes")
    #expect(code(10, 1, 1, batch: 0)?.parameter == "batch_size")
    #expect(code(1 << 53, 1 << 20, 1)?.code == .outOfRange)
    // Upstream cannot copy 2 columns of padding from none.
    #expect(code(3, 1, 8)?.code == .tooFewSamples)
  }

  @Test("a partition of 2^50 samples takes no memory")
  func huge() throws {
    let view = try origPartition(
      sampleCount: 1 << 50, canonicalNodes: 64, world: World(nodes: 4, ranksPerNode: 8, workersPerRank: 8), batchSize: 32)
    #expect(view[node: 0, rank: 0, worker: 0, batch: 0, slot: 0] == 0)
    #expect(view[node: 3, rank: 7, worker: 7, batch: view.batchesPerWorker - 1, slot: 31] == (1 << 50) - 1)
  }
}
