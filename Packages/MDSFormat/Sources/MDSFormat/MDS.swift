internal import PythonJSON
public import ShardFormats

/// The MDS format for writing: columns of any encoding, a file per shard, upstream's bytes.
public struct MDS: ShardFormat {
  public let schema: ShardSchema
  private let layout: MDSLayout
  private let configuration: [UInt8]

  /// - Parameter columns: names and encodings; the order plays no part, shards have them sorted by code point.
  /// - Throws: ``ShardError`` `.unknownEncoding` for `float`, which only the text formats have; `.badOption` for a size
  ///   limit that is negative or not below 2^32, and for hashes that are not sorted.
  public init(columns: [String: Encoding], settings: ShardSettings = ShardSettings()) throws(ShardError) {
    schema = try ShardSchema(format: .mds, columns: columns, settings: settings)
    layout = MDSLayout(schema.columns)
    configuration = JSONValue.object(schema.jsonMembers).encoded(sortingKeys: true)
  }

  public var emptyByteCount: Int { 8 + configuration.count }
  public var sampleOverhead: Int { 4 }

  public func encode(_ values: [ColumnValue], into output: inout [UInt8]) throws(ShardError) {
    try schema.requireValues(values.count)
    let start = output.count
    for _ in 0..<layout.variableCount { output.appendLittleEndian(UInt32(0)) }
    do throws(ShardError) {
      for number in values.indices { try encode(values[number], of: number, sample: start, into: &output) }
    } catch {
      output.removeSubrange(start...)
      throw error
    }
  }

  /// Appends a column's value to a sample that starts at `start`, and notes its size there when sizes vary.
  private func encode(
    _ value: ColumnValue, of number: Int, sample start: Int, into output: inout [UInt8]
  ) throws(ShardError) {
    let valueStart = output.count
    do throws(ShardError) {
      try schema.columns[number].encoding.encode(value, into: &output)
    } catch {
      throw error.at(column: schema.columns[number].name)
    }
    let byteCount = output.count - valueStart
    guard let size = UInt32(exactly: byteCount) else {
      throw ShardError(
        .tooLarge, column: schema.columns[number].name, expected: "less than 4 GiB", found: "\(byteCount) bytes",
        remedy: "split the value; MDS stores its size in 32 bits")
    }
    let place = layout.columns[number]
    guard place.isVariable else { return }
    for byte in 0..<4 {
      output[start + 4 * place.variablesBefore + byte] = UInt8(truncatingIfNeeded: size >> (8 * byte))
    }
  }

  public func frame(_ ends: [Int]) throws(ShardError) -> ShardFrame {
    let first = 8 + 4 * ends.count + configuration.count
    let byteCount = first + (ends.last ?? 0)
    guard byteCount <= Int(UInt32.max), UInt32(exactly: ends.count) != nil else {
      throw ShardError(
        .tooLarge, expected: "a shard below 4 GiB, as its offsets have 32 bits", found: "\(byteCount) bytes",
        remedy: "set a size limit; upstream would write a shard that cannot be read")
    }
    var head: [UInt8] = []
    head.reserveCapacity(first)
    head.appendLittleEndian(UInt32(ends.count))
    head.appendLittleEndian(UInt32(first))
    for end in ends { head.appendLittleEndian(UInt32(first + end)) }
    head.append(contentsOf: configuration)
    return ShardFrame(head: head)
  }
}

/// Collects samples into MDS shards.
public typealias MDSShardBuilder = ShardBuilder<MDS>
