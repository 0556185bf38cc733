/// A data set's `index.json`: its shards in order.
///
/// A value of a few arrays, whatever the number of shards. Reading it refuses what could hurt later: names that lead out of
/// the directory, counts and sizes that are negative or that the shard's own file could not hold, columns that contradict
/// each other. The same members as upstream must be there, and no others.
public struct DatasetIndex: Sendable {
  /// The shards, made when asked for.
  public private(set) var shards: ShardTable
  /// The name under which the index was read, for errors.
  public let file: String

  /// An index without shards, to append to.
  public init(file: String = "index.json") {
    shards = ShardTable()
    self.file = file
  }

  init(shards: ShardTable, file: String) {
    self.shards = shards
    self.file = file
  }

  /// Parses the bytes of an `index.json`.
  /// - Parameter file: its path or URL without query, for errors.
  /// - Parameter encodings: the caller's own encodings.
  /// - Throws: ``ShardError`` with the byte offset: `.malformedIndex`, `.unsupportedVersion`, `.missingKey`,
  ///   `.unknownKey`, `.unsafeName`, `.unknownFormat`, `.unknownEncoding`, `.unknownAlgorithm`,
  ///   `.contradictoryColumns`, `.outOfRange`.
  /// - Complexity: O(bytes); more than 300 MB/s, see the README.
  public init(
    parsing json: RawSpan, file: String, encodings: EncodingRegistry = .empty
  ) throws(ShardError) {
    var scanner = IndexScanner(json, file: file, encodings: encodings)
    shards = try scanner.parseIndex()
    self.file = file
  }

  /// The number of samples of each shard, in order.
  public var sampleCounts: [Int] { shards.sampleCounts }

  /// The samples of all shards.
  public var sampleCount: Int { shards.sampleCounts.reduce(0, +) }

  /// Appends a shard, as a writer does when it is stored.
  /// - Throws: ``ShardError`` `.unsafeName`, `.outOfRange`.
  public mutating func append(_ shard: ShardInfo) throws(ShardError) {
    do throws(ShardError) {
      try shards.append(shard)
    } catch {
      throw error.at(file: file, shard: shards.count)
    }
  }

  /// Refuses a data set with a `pkl` column unless the caller allows it.
  /// - Throws: ``ShardError`` `.unsafeEncoding`, naming the first shard and column.
  public func requireSafeEncodings(allowingUnsafe: Bool) throws(ShardError) {
    guard !allowingUnsafe, let (schema, column) = shards.firstUnsafeColumn else { return }
    throw ShardError(
      .unsafeEncoding, file: file, shard: shards.firstShard(withSchema: schema), column: column.name,
      expected: "encodings that run no code in Python", found: column.encodingName,
      remedy:
        "write the column with another encoding, or allow unsafe types: its bytes are then handed out, never run"
    )
  }

  /// The bytes of the file as upstream's writer makes them.
  public func encoded() -> [UInt8] {
    var output = Array(#"{"shards": ["#.utf8)
    let encoder = ShardTableEncoder(shards)
    for shard in shards.indices {
      if shard > 0 { output.append(contentsOf: ", ".utf8) }
      encoder.encode(shard, into: &output)
    }
    output.append(contentsOf: #"], "version": 2}"#.utf8)
    return output
  }
}
