import BinaryIO
import DelimitedFormats
import MDSFormat
import ObjectStorage
import ShardCaching
import ShardFormats
import ShardHashing

/// A data set opened sample by sample, in place or through a cache that starts empty.
///
/// Made of the pieces that every reader is made of: the index, the cache that fetches, verifies and decompresses, and the
/// formats' readers. Data sets whose shards differ in format or columns open too, as they do upstream.
final class GoldenDataset {
  let index: DatasetIndex
  private let cache: ShardCache
  private var opened: [Int: Result<any ShardReader, any Error>] = [:]

  /// Opens a directory whose files lie in it, perhaps compressed.
  convenience init(inPlace directory: String, allowsUnsafeTypes: Bool) throws {
    try self.init(directory: directory, store: nil, hash: nil, allowsUnsafeTypes: allowsUnsafeTypes)
  }

  /// Opens `directory`, an empty one, as the cache of a data set that lies in the directory `remote`.
  convenience init(cache directory: String, of remote: String, hash: String?, allowsUnsafeTypes: Bool) throws
  {
    try FileSystem.createDirectory(directory)
    let index = try FileSystem.readAll(remote + "/index.json", limit: .megabytes(256))
    try FileSystem.write(index.span.bytes, to: directory + "/index.json")
    try self.init(
      directory: directory, store: LocalStore(remote), hash: hash, allowsUnsafeTypes: allowsUnsafeTypes)
  }

  private init(directory: String, store: (any ObjectStore)?, hash: String?, allowsUnsafeTypes: Bool) throws {
    let text = try FileSystem.readAll(directory + "/index.json", limit: .megabytes(256))
    let index = try DatasetIndex(parsing: text.span.bytes, file: directory + "/index.json")
    try index.requireSafeEncodings(allowingUnsafe: allowsUnsafeTypes)
    guard index.sampleCount > 0 else {
      throw ShardError(
        .outOfRange, file: index.file, expected: "at least one sample", found: "none", remedy: "write samples"
      )
    }
    var options = CacheOptions()
    if let hash { options.hashCheck = .algorithm(try HashAlgorithm(parsing: hash)) }
    self.index = index
    cache = ShardCache(directory: directory, shards: index.shards, store: store, options: options)
  }

  var sampleCount: Int { index.sampleCount }

  /// The shard that holds a sample, and the sample's number in it.
  func place(of sample: Int) -> (shard: Int, row: Int)? {
    var row = sample
    for (shard, count) in index.sampleCounts.enumerated() {
      if row < count { return (shard, row) }
      row -= count
    }
    return nil
  }

  /// A sample's columns: description, bytes as stored, value.
  func sample(_ id: Int) async throws -> [GoldenField] {
    guard let (shard, row) = place(of: id) else { throw GoldenError("no sample \(id)") }
    return try Self.fields(of: row, in: try await reader(of: shard))
  }

  private static func fields(of row: Int, in reader: any ShardReader) throws -> [GoldenField] {
    let sample = try reader.sample(at: row)
    var fields: [GoldenField] = []
    for (number, column) in reader.columns.enumerated() {
      let bytes = try sample.bytes(column: number).copied()
      fields.append(GoldenField(column: column, bytes: bytes, value: try sample.value(column: number)))
    }
    return fields
  }

  private func reader(of shard: Int) async throws -> any ShardReader {
    if let known = opened[shard] { return try known.get() }
    let result: Result<any ShardReader, any Error>
    do { result = .success(try await open(shard)) } catch { result = .failure(error) }
    opened[shard] = result
    return try result.get()
  }

  private func open(_ shard: Int) async throws -> any ShardReader {
    var paths = try cache.residentFiles(of: shard)
    if paths == nil {
      _ = try await cache.fetch(shard)
      paths = try cache.residentFiles(of: shard)
    }
    guard let paths else { throw GoldenError("shard \(shard) is still not there") }
    let files = try paths.map { try MappedFile(path: $0) }
    let info = index.shards[shard]
    guard info.format.hasMeta else { return try MDSShard(files[0], info: info) }
    return try TextShard(data: files[1], meta: files[0], info: info)
  }
}

/// A column of a sample as it came.
struct GoldenField {
  var column: ColumnSpec
  var bytes: [UInt8]
  var value: ColumnValue
}
