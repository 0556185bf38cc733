import BinaryIO

extension ShardCache {
  /// Tells the processes that share the directory when this one needs each shard, so that eviction can look ahead.
  /// - Parameter job: equal for the ranks of one run and not 0: their batches are counted alike.
  /// - Parameter position: the batch that this process is at.
  /// - Parameter nextUses: for each shard the batch of its next use, `UInt32.max` where none is known.
  package func publish(job: UInt64, position: Int, nextUses: [UInt32]) throws(CacheError) {
    do throws(FileError) {
      try member?.control.publish(job: job | 1, position: position, nextUses: nextUses)
    } catch {
      throw CacheError(directory: error, nil)
    }
  }

  /// Tells how far this process is.
  package func publish(job: UInt64, position: Int) { member?.control.publish(job: job | 1, position: position) }

  /// Tells when this process needs a shard next.
  package func publish(nextUse: UInt32, of shard: Int) { member?.control.publish(nextUse: nextUse, of: shard) }
}
