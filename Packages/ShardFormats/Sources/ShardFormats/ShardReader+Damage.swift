extension ShardReader {
  /// Reads and decodes every column of every sample: everything that is wrong, in order, not only the first.
  ///
  /// An array, image or text is decoded as its accessor does; JPEG, PNG and pickles count as right whatever they hold.
  /// Blocks for page faults only; any thread. Memory for one value at a time.
  /// - Parameter limit: how many to collect before giving up.
  public func damage(limit: Int = 1000) -> [ShardError] {
    var found: [ShardError] = []
    for index in 0..<count {
      do throws(ShardError) {
        let sample = try sample(at: index)
        for column in columns.indices where found.count < limit {
          do throws(ShardError) { _ = try sample.value(column: column) } catch { found.append(error) }
        }
      } catch {
        found.append(error)
      }
      if found.count >= limit { break }
    }
    return found
  }
}
