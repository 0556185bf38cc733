import SampleOrder
import ShardCaching

/// A number that the ranks of one run agree on without talking: a hash of all that their order depends on.
enum StableJob {
  static func number(of run: RunOrder, _ shape: DatasetShape) -> UInt64 {
    let text = "\(run.options) \(shape.sampleCount) \(shape.shardCount) \(run.world.nodes) \(run.world.ranksPerNode)"
    return CacheStamp.hash(of: text)
  }
}
