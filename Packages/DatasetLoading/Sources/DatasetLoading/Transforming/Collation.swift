public import ColumnarBatch
public import ShardFormats

/// A function that makes a batch of samples in a way of your own, in the place of column by column.
///
/// ```swift
/// let collation = Collation(to: try BatchSchema([.ragged("text", .string)])) { samples, out in
///   var rows: [[UInt8]] = []
///   for row in 0..<samples.count {
///     rows.append(try samples.withSample(at: row) { sample throws in Array(try sample.string("text").uppercased().utf8) })
///   }
///   try out.set("text", toRows: rows)
/// }
/// ```
public struct Collation: Sendable {
  /// The columns of what it makes.
  public let schema: BatchSchema
  let body: @Sendable (_ samples: borrowing SampleGroup, _ out: inout BatchWriter) throws -> Void

  /// - Parameter body: writes the batch of these samples. Called on loader threads, several at once, in no order; it should
  ///   depend on the samples alone. What it throws stands in the batch's place.
  public init(
    to schema: BatchSchema, _ body: @escaping @Sendable (_ samples: borrowing SampleGroup, _ out: inout BatchWriter) throws -> Void
  ) {
    self.schema = schema
    self.body = body
  }
}

/// The samples of a batch, in order, where they lie in their shards.
public struct SampleGroup: ~Copyable {
  private let plan: PlannedBatch
  private let shards: [OpenShard]

  init(_ plan: PlannedBatch, _ shards: [OpenShard]) {
    self.plan = plan
    self.shards = shards
  }

  /// The number of samples.
  public var count: Int { plan.rows.count }

  /// The samples' ids in the data set.
  public var ids: [Int64] { plan.sampleIDs }

  /// Calls `body` with a sample, without a copy.
  /// - Throws: what can't be read, which `body` and the collation should let through: the shard is then fetched again; what
  ///   `body` throws.
  public func withSample<R>(at row: Int, _ body: (borrowing Sample) throws -> R) throws -> R {
    guard plan.rows.indices.contains(row) else {
      throw BatchError(
        .rowOutOfRange, expected: "a sample in 0..<\(count)", found: "\(row)", remedy: "use count: the last group may be shorter")
    }
    let outcome: Result<R, any Error>
    do {
      outcome = try shards[Int(plan.shardPlaces[row])].guarding { reader in
        let sample: Sample
        do throws(ShardError) {
          sample = try reader.sample(at: Int(plan.rows[row]))
        } catch {
          throw SampleFailure(row: row, cause: error)
        }
        return Result { try body(sample) }
      }
    } catch let error as SampleFailure {
      throw error
    } catch {
      throw SampleFailure(row: row, cause: error)
    }
    do {
      return try outcome.get()
    } catch let error as ShardError where error.code == .badSample || error.code == .undecodable {
      throw SampleFailure(row: row, cause: error)
    }
  }
}
