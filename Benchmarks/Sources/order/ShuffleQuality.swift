import Foundation
import SampleOrder

/// How well an order mixes: 2,000,000 samples in 500 shards, one canonical node, a block size of 2^18.
struct ShuffleQuality {
  static let shardCount = 500
  static let shardSize = 4000
  static let batchSize = 256

  /// Quantiles of how far samples lie from the middle of their shard's positions, in block sizes.
  var displacements: [Double]
  /// Shards that a batch draws from, on average and at least.
  var meanDiversity: Double
  var leastDiversity: Int
  /// Of 16 × 16 cells of a sample's place in its shard and in the order of its shard's samples, 225 degrees of freedom.
  var chiSquare: Double
  /// Neighbours from the same shard, of a million.
  var neighbours: Double

  init(_ algorithm: ShuffleAlgorithm) throws {
    let blockSize = 1 << 18
    let order = try shuffledOrder(
      algorithm, unitSizes: [Int](repeating: Self.shardSize, count: Self.shardCount), canonicalNodes: 1, seed: 9176,
      epoch: 1, blockSize: blockSize)
    var positions = [[Int]](repeating: [], count: Self.shardCount)
    var cells = [Int](repeating: 0, count: 256)
    for (position, id) in order.enumerated() {
      let shard = id / Self.shardSize
      cells[id % Self.shardSize * 16 / Self.shardSize * 16 + positions[shard].count * 16 / Self.shardSize] += 1
      positions[shard].append(position)
    }
    let expected = Double(order.count) / 256
    chiSquare = cells.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    var distances: [Double] = []
    for positions in positions {
      let middle = Double(positions.reduce(0, +)) / Double(positions.count)
      distances += positions.map { abs(Double($0) - middle) / Double(blockSize) }
    }
    distances.sort()
    displacements = [0.05, 0.5, 0.95, 1].map { distances[Int(Double(distances.count - 1) * $0)] }
    let diversities = stride(from: 0, to: order.count - Self.batchSize, by: Self.batchSize).map { start in
      Set(order[start..<start + Self.batchSize].map { $0 / Self.shardSize }).count
    }
    meanDiversity = Double(diversities.reduce(0, +)) / Double(diversities.count)
    leastDiversity = diversities.min() ?? 0
    let same = zip(order, order.dropFirst()).count { $0 / Self.shardSize == $1 / Self.shardSize }
    neighbours = Double(same) / Double(order.count) * 1e6
  }
}

/// `feistel` beside `py1e`. Fails where it keeps a trace of the order in a shard, or mixes clearly fewer shards.
func compareQuality() throws {
  print("2,000,000 samples, 500 shards, block size 2^18, batches of 256")
  print(
    ["algorithm", "displacement 5 %", "50 %", "95 %", "most", "shards per batch", "least", "chi-square", "neighbours"]
      .map { padded($0, 17) }.joined())
  var all: [ShuffleQuality] = []
  for algorithm in [ShuffleAlgorithm.py1e, .feistel] {
    let quality = try ShuffleQuality(algorithm)
    all.append(quality)
    let row =
      [algorithm.rawValue] + quality.displacements.map(formatted)
      + [
        String(format: "%.1f", quality.meanDiversity), "\(quality.leastDiversity)", String(format: "%.0f", quality.chiSquare),
        String(format: "%.0f ppm", quality.neighbours),
      ]
    print(row.map { padded($0, 17) }.joined())
  }
  // 225 degrees of freedom: five standard deviations to either side.
  guard all.allSatisfy({ abs($0.chiSquare - 225) < 106 }) else { throw Failure("a shuffle keeps a trace of the index") }
  guard all[1].meanDiversity > 0.9 * all[0].meanDiversity else { throw Failure("feistel mixes fewer shards than py1e") }
}
