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

  public func encode(_ sample: [String: ColumnValue], into output: inout [UInt8]) throws(ShardError) {
    let start = output.count
    do throws(ShardError) {
      output.append(contentsOf: repeatElement(0, count: layout.headByteCount))
      for (number, column) in schema.columns.enumerated() {
        guard let value = sample[column.name] else {
          throw ShardError(
            .noSuchColumn, column: column.name, expected: "a value", found: "none",
            remedy: "give every sample a value for each column")
        }
        let valueStart = output.count
        do throws(ShardError) {
          try column.encoding.encode(value, into: &output)
        } catch {
          throw error.at(column: column.name)
        }
        let byteCount = output.count - valueStart
        guard let size = UInt32(exactly: byteCount) else {
          throw ShardError(
            .tooLarge, column: column.name, expected: "less than 4 GiB", found: "\(byteCount) bytes",
            remedy: "split the value; MDS stores its size in 32 bits")
        }
        let place = layout.columns[number]
        guard place.isVariable else { continue }
        for byte in 0..<4 {
          output[start + 4 * place.variablesBefore + byte] = UInt8(truncatingIfNeeded: size >> (8 * byte))
        }
      }
    } catch {
      output.removeSubrange(start...)
      throw error
    }
  }

  public func assemble(_ samples: consuming EncodedSamples) throws(ShardError) -> ShardFiles {
    let ends = samples.ends
    let bytes = samples.bytes
    let first = 8 + 4 * ends.count + configuration.count
    guard first + bytes.count <= Int(UInt32.max), UInt32(exactly: ends.count) != nil else {
      throw ShardError(
        .tooLarge, expected: "a shard below 4 GiB, as its offsets have 32 bits",
        found: "\(first + bytes.count) bytes",
        remedy: "set a size limit; upstream would write a shard that cannot be read")
    }
    var head: [UInt8] = []
    head.reserveCapacity(first)
    head.appendLittleEndian(UInt32(ends.count))
    head.appendLittleEndian(UInt32(first))
    for end in ends { head.appendLittleEndian(UInt32(first + end)) }
    head.append(contentsOf: configuration)
    return ShardFiles(sampleCount: ends.count, head: head, body: bytes)
  }
}

/// Collects samples into MDS shards.
public typealias MDSShardBuilder = ShardBuilder<MDS>
