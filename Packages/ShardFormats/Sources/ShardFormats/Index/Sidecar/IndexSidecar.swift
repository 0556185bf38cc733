internal import BinaryIO
internal import PythonJSON
internal import ShardHashing

/// The arrays of a large index in a file beside it, which is mapped instead of parsing the index again.
///
/// Numbers are written as the processor has them and read as little-endian ones: on another processor it is not a side-car. Header: the magic, ``SidecarKey``, the xxh64 of the index, then the counts of ``Sizes``.
/// Then, each from a multiple of 8 bytes on: schemas and hash shapes as JSON; numbers of samples (32 bits each); numbers of
/// schemas (32); and for the files `raw_data`, `zip_data`, `raw_meta`, `zip_meta` the arrays of ``FileTable``. The last 8 bytes
/// are the xxh3 of all before them.
enum IndexSidecar {
  /// The name of a side-car: that of the index with this behind it.
  static let suffix = ".arrays"
  /// "shardix" and the version of this layout.
  static let magic: UInt64 = 0x01_78_69_64_72_61_68_73
  /// Below that an index is parsed in less time than anybody notices.
  static let indexByteCountMinimum = 4 << 20

  /// What the header counts.
  struct Sizes {
    var textByteCount = 0
    var shardCount = 0
    var tables: [(rowCount: Int, blobByteCount: Int)] = []
    static let wordCount = 2 + 2 * 4

    var words: [UInt64] {
      [UInt64(textByteCount), UInt64(shardCount)] + tables.flatMap { [UInt64($0.rowCount), UInt64($0.blobByteCount)] }
    }
  }

  static let headerByteCount = 8 * (1 + SidecarKey.wordCount + 1 + Sizes.wordCount)

  /// Where everything lies in a file of these counts; nil when they are beyond any file of that length.
  struct Layout {
    var text = 0..<0
    var sampleCounts = 0..<0
    var schemaNumbers = 0..<0
    var tables: [MappedFileTable.Layout] = []
    private(set) var end = IndexSidecar.headerByteCount

    init?(_ sizes: Sizes, byteCount: Int) {
      // No count is above the file's length, so that no sum of them overflows.
      let limit = byteCount
      guard byteCount <= 1 << 48, sizes.textByteCount <= limit, sizes.shardCount <= limit,
        sizes.tables.allSatisfy({ $0.rowCount <= sizes.shardCount && $0.blobByteCount <= limit })
      else { return nil }
      text = section(sizes.textByteCount)
      sampleCounts = section(4 * sizes.shardCount)
      schemaNumbers = section(4 * sizes.shardCount)
      for table in sizes.tables {
        let byteCounts = section(8 * table.rowCount)
        let ends = section(8 * table.rowCount)
        let shapes = section(4 * table.rowCount)
        let names = section(2 * table.rowCount)
        let blob = section(table.blobByteCount)
        tables.append(
          MappedFileTable.Layout(
            rowCount: table.rowCount, byteCounts: byteCounts, ends: ends, hashShapes: shapes, nameByteCounts: names,
            blob: blob))
      }
      guard end + 8 == byteCount else { return nil }
    }

    private mutating func section(_ byteCount: Int) -> Range<Int> {
      let range = end..<end + byteCount
      end = (range.upperBound + 7) & ~7
      return range
    }
  }

  // MARK: Reading

  /// The index that the side-car of `path` holds, and the xxh64 of its text; nil when there is none that belongs to it.
  static func read(for key: SidecarKey, path: String, encodings: EncodingRegistry) -> (DatasetIndex, UInt64)? {
    guard let file = try? MappedFile(path: path + suffix) else { return nil }
    file.advise(.willNeed)
    let found = try? file.guarding { bytes in
      guard bytes.uint64(at: 0) == magic, words(bytes, at: 8, SidecarKey.wordCount) == key.words, isWhole(bytes) else {
        return nil as (DatasetIndex, UInt64)?
      }
      return index(in: file, bytes, path: path, encodings: encodings)
    }
    return found ?? nil
  }

  /// Whether the bytes are those that were written.
  private static func isWhole(_ bytes: RawSpan) -> Bool {
    let end = bytes.byteCount - 8
    guard end >= headerByteCount, let sum = bytes.uint64(at: end) else { return false }
    return HashAlgorithm.xxh3_64.digest(of: bytes.extracting(0..<end)).word == sum
  }

  /// Reads a file whose sum is right, which anybody may have written even so.
  static func index(
    in file: MappedFile, _ bytes: RawSpan, path: String, encodings: EncodingRegistry
  ) -> (DatasetIndex, UInt64)? {
    guard let contentHash = bytes.uint64(at: 8 * (1 + SidecarKey.wordCount)),
      let sizes = sizes(bytes), let layout = Layout(sizes, byteCount: bytes.byteCount),
      let text = bytes.slice(layout.text), let parts = SidecarText(text, encodings: encodings)
    else { return nil }
    var tables: [MappedFileTable] = []
    for (layout, shapes) in zip(layout.tables, parts.shapes) {
      let table = MappedFileTable(file: file, layout: layout, shapes: shapes)
      guard table.isConsistent(bytes) else { return nil }
      tables.append(table)
    }
    guard let samples = bytes.slice(layout.sampleCounts), let numbers = bytes.slice(layout.schemaNumbers),
      let rows = rows(samples, numbers, schemas: parts.schemas, tables, bytes)
    else { return nil }
    let files = tables.map { $0.rowCount == 0 ? FileTable() : FileTable($0) }
    let shards = ShardTable(
      schemas: parts.schemas, sampleCounts: rows.sampleCounts, schemaNumbers: rows.schemaNumbers, rawData: files[0],
      zipData: files[1], rawMeta: files[2], zipMeta: files[3])
    return (DatasetIndex(shards: shards, file: path), contentHash)
  }

  private static func words(_ bytes: RawSpan, at byteOffset: Int, _ count: Int) -> [UInt64] {
    (0..<count).compactMap { bytes.uint64(at: byteOffset + 8 * $0) }
  }

  private static func sizes(_ bytes: RawSpan) -> Sizes? {
    let counts = words(bytes, at: 8 * (2 + SidecarKey.wordCount), Sizes.wordCount).compactMap(Int.init(exactly:))
    guard counts.count == Sizes.wordCount else { return nil }
    return Sizes(
      textByteCount: counts[0], shardCount: counts[1],
      tables: stride(from: 2, to: counts.count, by: 2).map { (counts[$0], counts[$0 + 1]) })
  }

  /// Reads what each shard has besides its files; nil when it is not what an index may tell of these files.
  private static func rows(
    _ samples: RawSpan, _ numbers: RawSpan, schemas: [ShardSchema], _ tables: [MappedFileTable], _ bytes: RawSpan
  ) -> (sampleCounts: [Int], schemaNumbers: [UInt32])? {
    let count = samples.byteCount / 4
    var sampleCounts = [Int](repeating: 0, count: count)
    var schemaNumbers = [UInt32](repeating: 0, count: count)
    let forms = schemas.map { schema in
      (zip: schema.compression != nil, meta: schema.format.hasMeta)
    }
    let sizes = tables.map { table in (rowCount: table.rowCount, start: table.layout.byteCounts.lowerBound) }
    for row in 0..<count {
      let number = numbers.unsafeLoadUnaligned(fromByteOffset: 4 * row, as: UInt32.self)
      guard number < UInt32(forms.count) else { return nil }
      let form = forms[Int(number)]
      let sampleCount = Int(samples.unsafeLoadUnaligned(fromByteOffset: 4 * row, as: UInt32.self))
      func size(_ table: Int) -> Int {
        guard row < sizes[table].rowCount else { return -1 }
        return Int(bytes.unsafeLoadUnaligned(fromByteOffset: sizes[table].start + 8 * row, as: Int64.self))
      }
      let raw = size(0)
      let meta = size(2)
      guard raw >= 0, (size(1) >= 0) == form.zip, (meta >= 0) == form.meta, (size(3) >= 0) == (form.zip && form.meta),
        sampleCount <= ((form.meta ? meta : raw) - 8) / 4
      else { return nil }
      sampleCounts[row] = sampleCount
      schemaNumbers[row] = number
    }
    return (sampleCounts, schemaNumbers)
  }
}
