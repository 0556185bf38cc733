import BinaryIO
import DatasetLoading
import ObjectStorage
import SampleOrder
import ShardCaching
import ShardFormats
import ShardHashing

/// A data set opened for sample by sample, in place or through a cache that starts empty: the way every user goes.
struct GoldenDataset {
  private let dataset: StreamingDataset
  /// The number of samples of each shard.
  let sampleCounts: [Int]

  /// Opens a directory whose files lie in it, perhaps compressed.
  init(inPlace directory: String, allowsUnsafeTypes: Bool) async throws {
    try await self.init(DataStream(local: directory), hash: nil, allowsUnsafeTypes: allowsUnsafeTypes)
  }

  /// Opens `directory`, which does not exist yet, as the cache of a data set that lies in the directory `remote`.
  init(cache directory: String, of remote: String, hash: String?, allowsUnsafeTypes: Bool) async throws {
    try await self.init(
      DataStream(remote: remote, local: directory), hash: hash, allowsUnsafeTypes: allowsUnsafeTypes)
  }

  private init(_ stream: DataStream, hash: String?, allowsUnsafeTypes: Bool) async throws {
    let check = try hash.map { try HashAlgorithm(parsing: $0) }
    dataset = try await StreamingDataset([stream], stores: ObjectStoreRegistry()) { options in
      options.allowsUnsafeTypes = allowsUnsafeTypes
      if let check { options.cache.hashCheck = .algorithm(check) }
    }
    sampleCounts = dataset.shape.streams.flatMap(\.shardSizes)
  }

  var sampleCount: Int { dataset.count }

  /// The shard that holds a sample.
  func shard(of sample: Int) -> Int? {
    var row = sample
    for (shard, count) in sampleCounts.enumerated() {
      if row < count { return shard }
      row -= count
    }
    return nil
  }

  /// A sample's columns: description, bytes as stored, value.
  func sample(_ id: Int) async throws -> [GoldenField] {
    let values = try await dataset.fetchSample(at: id)
    var fields = try dataset.withSample(at: id) { sample in try Self.fields(of: sample) }
    for index in fields.indices { fields[index].fetched = values[fields[index].column.name] }
    return fields
  }

  private static func fields(of sample: borrowing Sample) throws -> [GoldenField] {
    var fields: [GoldenField] = []
    for (number, column) in sample.columns.enumerated() {
      let bytes = try sample.bytes(column: number).copied()
      fields.append(GoldenField(column: column, bytes: bytes, value: try sample.value(column: number)))
    }
    return fields
  }
}

/// A column of a sample as it came.
struct GoldenField {
  var column: ColumnSpec
  var bytes: [UInt8]
  var value: ColumnValue
  /// The value as the form with copies gives it.
  var fetched: ColumnValue?
}
