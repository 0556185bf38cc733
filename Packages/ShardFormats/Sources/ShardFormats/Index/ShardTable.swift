/// The shards of an index in arrays by column: about 100 bytes for a shard of two files with a hash, no object.
public struct ShardTable: Sendable, RandomAccessCollection {
  /// The different schemas, in order of first use; usually one.
  public private(set) var schemas: [ShardSchema] = []
  /// The number of samples of each shard.
  public private(set) var sampleCounts: [Int] = []
  private(set) var schemaNumbers: [UInt32] = []
  private(set) var rawData = FileTable()
  private(set) var zipData = FileTable()
  private(set) var rawMeta = FileTable()
  private(set) var zipMeta = FileTable()

  init() {}

  /// A table whose parts agree, as a side-car holds them.
  init(
    schemas: [ShardSchema], sampleCounts: [Int], schemaNumbers: [UInt32], rawData: FileTable, zipData: FileTable,
    rawMeta: FileTable, zipMeta: FileTable
  ) {
    self.schemas = schemas
    self.sampleCounts = sampleCounts
    self.schemaNumbers = schemaNumbers
    take(rawData: rawData, zipData: zipData, rawMeta: rawMeta, zipMeta: zipMeta)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { sampleCounts.count }

  /// The shard of that number; makes strings, so ask the table itself in loops over many.
  public subscript(shard: Int) -> ShardInfo {
    ShardInfo(
      schema: schema(of: shard), sampleCount: sampleCounts[shard],
      rawData: rawData[shard] ?? FileInfo(basename: "", byteCount: 0), zipData: zipData[shard],
      rawMeta: rawMeta[shard], zipMeta: zipMeta[shard])
  }

  public func schema(of shard: Int) -> ShardSchema { schemas[Int(schemaNumbers[shard])] }
  func schemaNumber(of shard: Int) -> Int { Int(schemaNumbers[shard]) }

  /// The bytes of a shard's files as they are read.
  public func rawByteCount(of shard: Int) -> Int { rawData.byteCount(shard) + rawMeta.byteCount(shard) }

  /// The bytes of a shard's files as they are stored: compressed ones where there are.
  public func storedByteCount(of shard: Int) -> Int {
    (zipData.has(shard) ? zipData : rawData).byteCount(shard)
      + (zipMeta.has(shard) ? zipMeta : rawMeta).byteCount(shard)
  }

  /// Approximate bytes of memory that the table holds.
  public var residentByteCount: Int {
    sampleCounts.count * (MemoryLayout<Int>.stride + MemoryLayout<UInt32>.stride) + rawData.residentByteCount
      + zipData.residentByteCount + rawMeta.residentByteCount + zipMeta.residentByteCount
  }

  var firstUnsafeColumn: (schema: Int, column: ColumnSpec)? {
    for (number, schema) in schemas.enumerated() {
      if let column = schema.unsafeColumn { return (number, column) }
    }
    return nil
  }

  func firstShard(withSchema number: Int) -> Int? { schemaNumbers.firstIndex { Int($0) == number } }

  // MARK: Growing

  mutating func append(_ shard: ShardInfo) throws(ShardError) {
    guard shard.sampleCount >= 0, shard.sampleCount <= Int(UInt32.max) else {
      throw ShardError(
        .outOfRange, expected: "a number of samples from 0 to 2^32 - 1", found: "\(shard.sampleCount)",
        remedy: "write smaller shards")
    }
    for file in [shard.rawData, shard.zipData, shard.rawMeta, shard.zipMeta] {
      guard let file else { continue }
      let name = Array(file.basename.utf8)
      if let fault = ShardFileName.fault(name.span.bytes) {
        throw ShardError(
          .unsafeName, expected: fault, found: "\"\(file.basename)\"", remedy: "choose another name")
      }
    }
    appendRow(schema: schemaNumber(shard.schema), sampleCount: shard.sampleCount)
    rawData.set(row: count - 1, shard.rawData)
    if let file = shard.zipData { zipData.set(row: count - 1, file) }
    if let file = shard.rawMeta { rawMeta.set(row: count - 1, file) }
    if let file = shard.zipMeta { zipMeta.set(row: count - 1, file) }
  }

  /// The number of a schema, added when it is new.
  mutating func schemaNumber(_ schema: ShardSchema) -> Int {
    if let number = schemas.lastIndex(of: schema) { return number }
    schemas.append(schema)
    return schemas.count - 1
  }

  mutating func appendRow(schema: Int, sampleCount: Int) {
    schemaNumbers.append(UInt32(schema))
    sampleCounts.append(sampleCount)
  }

  mutating func reserve(_ shardCount: Int) {
    schemaNumbers.reserveCapacity(shardCount)
    sampleCounts.reserveCapacity(shardCount)
  }

  /// Takes the four file tables that a scanner filled beside the rows.
  mutating func take(rawData: FileTable, zipData: FileTable, rawMeta: FileTable, zipMeta: FileTable) {
    self.rawData = rawData
    self.zipData = zipData
    self.rawMeta = rawMeta
    self.zipMeta = zipMeta
  }
}
