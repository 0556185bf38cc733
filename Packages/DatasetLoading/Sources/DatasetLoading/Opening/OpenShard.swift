import BinaryIO
import DelimitedFormats
import MDSFormat
import ShardCaching
import ShardFormats

/// A shard whose files are mapped and whose structure was checked. Immutable. Pinned in the cache while it is open.
final class OpenShard: Sendable {
  /// Samples one by one. Their views are read within ``guarding(_:)``.
  let reader: any ShardReader
  /// The same shard, when it is MDS: for gathering.
  let mds: MDSShard?
  /// Where that one's samples lie, read without counting a reference: threads would wait for each other's counts.
  let run: MDSRun?
  /// For each column of the data set its number in this shard; nil when it has the same columns.
  let columnNumbers: [Int?]?
  /// The file that samples lie in.
  private let file: MappedFile
  private let pin: ShardPin?

  private init(
    _ reader: any ShardReader, mds: MDSShard? = nil, columnNumbers: [Int?]?, file: MappedFile, pin: ShardPin?
  ) {
    self.reader = reader
    self.columnNumbers = columnNumbers
    self.mds = mds
    run = mds.map { MDSRun($0) }
    self.file = file
    self.pin = pin
  }

  /// Runs `body`, which may read samples of the shard on this thread, also where another process has cut its file short.
  /// - Throws: `FileError` `.truncated` when bytes were gone; what `body` throws otherwise.
  func guarding<R>(_ body: (any ShardReader) throws -> R) throws -> R {
    try file.guarding { _ throws in try body(reader) }
  }

  /// Runs `body` on one sample as ``guarding(_:)`` does; an MDS shard is asked without a detour.
  func read(_ row: Int, _ body: (borrowing Sample) throws -> Void) throws {
    if let mds {
      try file.guardingReads { try Self.read(row, of: mds, body) }
    } else {
      try file.guardingReads { try Self.read(row, of: reader, body) }
    }
  }

  // Sample views end with the function that they are made in.
  private static func read(_ row: Int, of shard: MDSShard, _ body: (borrowing Sample) throws -> Void) throws {
    let sample = try shard.sample(at: row)
    try body(sample)
  }

  private static func read(_ row: Int, of shard: any ShardReader, _ body: (borrowing Sample) throws -> Void) throws {
    let sample = try shard.sample(at: row)
    try body(sample)
  }

  /// - Throws: `FileError` `.truncated` once bytes of the file were found gone and zeros stand in their place.
  func check() throws(FileError) { try file.check() }

  /// Opens a shard of a stream; nil when its files must be fetched first. Blocks on the file system.
  ///
  /// A shard that turns out damaged is taken out of the cache, to be fetched again, as often as the cache allows.
  static func open(
    _ stream: OpenStream, stream number: Int, shard: Int, schema: DatasetSchema, options: DatasetOptions
  ) throws(LoadingError) -> OpenShard? {
    let info = stream.index.shards[shard]
    let columns = try schema.check(
      info.columns, stream: number, shard: shard, allowsUnsafeTypes: options.allowsUnsafeTypes,
      policy: options.schemaMismatch)
    do {
      let pin = try stream.cache.pin(shard)
      guard let paths = try stream.cache.residentFiles(of: shard) else { return nil }
      do {
        let opened = try open(info, try paths.map { try MappedFile(path: $0) }, columns, pin)
        // Whether a shard is left out must not depend on which of its samples comes first.
        if case .skip = options.damagedShards {
          let damage = try opened.guarding { reader in reader.damage(limit: 1) }
          if let first = damage.first { throw first }
        }
        return opened
      } catch {
        // Gone between the look and the opening: others evict, too.
        if let error = error as? FileError, error.code == .notFound, stream.cache.store != nil { return nil }
        if isDamage(error), try stream.cache.quarantine(shard) { return nil }
        throw error
      }
    } catch {
      throw LoadingError(.shard, stream: number, shard: shard, cause: error)
    }
  }

  private static func isDamage(_ error: any Error) -> Bool {
    error is ShardError || (error as? FileError)?.code == .truncated
  }

  private static func open(_ info: ShardInfo, _ files: [MappedFile], _ columns: [Int?]?, _ pin: ShardPin?) throws -> OpenShard {
    switch info.format {
    case .mds:
      let shard = try files[0].guarding { _ throws in try MDSShard(files[0], info: info) }
      return OpenShard(shard, mds: columns == nil ? shard : nil, columnNumbers: columns, file: files[0], pin: pin)
    case .csv, .tsv, .xsv, .json:
      // The file of offsets comes first.
      let shard = try files[0].guarding { _ throws in
        try files[1].guarding { _ throws in try TextShard(data: files[1], meta: files[0], info: info) }
      }
      return OpenShard(shard, columnNumbers: columns, file: files[1], pin: pin)
    }
  }
}
