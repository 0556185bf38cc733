internal import BinaryIO
internal import DatasetWriting
internal import ShardFormats

/// How samples of one schema become samples of another: whole, column by column, or through their values.
struct SampleCopying {
  private let source: ShardSchema
  private let target: ShardSchema
  /// What ends a sample in its shard, which a view of it does not have.
  private let lineEnd: [UInt8]
  private let copiesWhole: Bool

  init(from source: ShardSchema, to target: ShardSchema) {
    self.source = source
    self.target = target
    lineEnd = target.format == .mds ? [] : Array((target.newline ?? "\n").utf8)
    copiesWhole =
      source.format == target.format && source.newline == target.newline && source.separator == target.separator
      && source.columns.count == target.columns.count
      && zip(source.columns, target.columns).allSatisfy { $0.name.utf8.elementsEqual($1.name.utf8) && $0.encoding == $1.encoding }
  }

  /// Writes a shard's samples from a number on.
  func copy<Format>(
    _ reader: any ShardReader, from first: Int, into writer: inout ShardWriter<Format>
  ) async throws {
    if copiesWhole {
      var bytes: [UInt8] = []
      for number in first..<max(first, reader.count) {
        try Self.read(reader, number, into: &bytes)
        bytes.append(contentsOf: lineEnd)
        try await writer.write(encoded: bytes)
      }
      return
    }
    let columns = try plan(reader)
    for number in first..<max(first, reader.count) {
      try await writer.write(try Self.values(reader, number, columns))
    }
  }

  /// A column of the target and where it comes from.
  private struct Column {
    let spec: ColumnSpec
    let number: Int
    /// Whether the bytes are the target's already: writers store bytes as they are.
    let isCopied: Bool
  }

  private func plan(_ reader: any ShardReader) throws -> [Column] {
    try target.columns.map { column in
      guard let number = source.columns.firstIndex(where: { $0.name.utf8.elementsEqual(column.name.utf8) }) else {
        throw ImportError(
          .missingColumn, column: column.name,
          expected: "one of \(source.columns.prefix(20).map(\.name).joined(separator: ", "))", found: "another name",
          remedy: "Name columns of the data set")
      }
      let isCopied =
        source.format == .mds && target.format == .mds && source.columns[number].encoding == column.encoding
      return Column(spec: column, number: number, isCopied: isCopied)
    }
  }

  /// A sample's bytes, once it is clear that its columns fill it.
  private static func read(_ reader: any ShardReader, _ number: Int, into bytes: inout [UInt8]) throws {
    bytes.removeAll(keepingCapacity: true)
    do throws(ShardError) {
      let sample = try reader.sample(at: number)
      if !reader.columns.isEmpty { _ = try sample.bytes(column: reader.columns.count - 1) }
      let raw = sample.rawBytes
      bytes.append(raw)
    } catch {
      throw unreadable(error)
    }
  }

  private static func values(
    _ reader: any ShardReader, _ number: Int, _ columns: [Column]
  ) throws -> [String: ColumnValue] {
    var values: [String: ColumnValue] = [:]
    for column in columns {
      let value: ColumnValue
      do throws(ShardError) {
        let sample = try reader.sample(at: number)
        if column.isCopied {
          let raw = try sample.bytes(column: column.number)
          value = .bytes(raw.copied())
        } else {
          value = try sample.value(column: column.number)
        }
      } catch {
        throw unreadable(error)
      }
      values[column.spec.name] = column.isCopied ? value : try ValueConversion.converted(value, to: column.spec, sample: number)
    }
    return values
  }

  private static func unreadable(_ error: ShardError) -> ImportError {
    ImportError(
      .badDataset, file: error.file, expected: error.expected, found: error.found, remedy: error.remedy, cause: error)
  }
}
