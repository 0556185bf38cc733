/// The four file tables of an index while it is read.
struct ShardFileTables {
  /// A file of a shard, by its name in the index.
  enum Kind: Int, CaseIterable, CustomStringConvertible {
    case raw_data, zip_data, raw_meta, zip_meta

    var isMeta: Bool { self == .raw_meta || self == .zip_meta }
    var isZip: Bool { self == .zip_data || self == .zip_meta }
    var description: String {
      switch self {
      case .raw_data: "raw_data"
      case .zip_data: "zip_data"
      case .raw_meta: "raw_meta"
      case .zip_meta: "zip_meta"
      }
    }
  }

  /// Which members a shard object has, which of them are files, and the sizes that bound its number of samples.
  struct Seen {
    private var members = 0
    private var files = 0
    var rawDataByteCount = 0
    var rawMetaByteCount = 0

    mutating func insert(_ kind: Kind) -> Bool {
      let isNew = members & 1 << kind.rawValue == 0
      members |= 1 << kind.rawValue
      return isNew
    }

    mutating func setPresent(_ kind: Kind, byteCount: Int) {
      files |= 1 << kind.rawValue
      if kind == .raw_data { rawDataByteCount = byteCount }
      if kind == .raw_meta { rawMetaByteCount = byteCount }
    }

    func contains(_ kind: Kind) -> Bool { members & 1 << kind.rawValue != 0 }
    func isPresent(_ kind: Kind) -> Bool { files & 1 << kind.rawValue != 0 }
  }

  /// 1 TiB: offsets are of 32 bits, so no raw file is larger than 4 GiB; sums over a shard's files never overflow.
  static let byteCountLimit = 1 << 40

  private var tables: [FileTable] = Array(repeating: FileTable(), count: 4)
  /// Per table the last file's hashes: where their names lie in the text, how many digits they have, and their shape.
  private var known: [KnownShape] = Array(repeating: KnownShape(), count: 4)
  private var hashes: [(name: Range<Int>, digitCount: Int)] = []
  private var nameCount = 0

  private struct KnownShape {
    var hashes: [(name: Range<Int>, digitCount: Int)] = []
    var number: Int?
  }

  var rawData: FileTable { tables[Kind.raw_data.rawValue] }
  var zipData: FileTable { tables[Kind.zip_data.rawValue] }
  var rawMeta: FileTable { tables[Kind.raw_meta.rawValue] }
  var zipMeta: FileTable { tables[Kind.zip_meta.rawValue] }

  mutating func begin(_ kind: Kind, _ row: Int) {
    tables[kind.rawValue].beginRow(row)
    nameCount += 1
  }

  mutating func appendName(_ kind: Kind, _ name: RawSpan) throws(ShardError) {
    if let fault = ShardFileName.fault(name) {
      throw ShardError(
        .unsafeName, expected: fault, found: "\"\(utf8Text(name)?.prefix(100) ?? "")\"",
        remedy: "do not use this data set unless you know who wrote its index")
    }
    tables[kind.rawValue].appendName(name)
  }

  /// Reads an object of hash names and digits and stores the digits; the number of its shape.
  mutating func parseHashes(_ kind: Kind, _ cursor: inout JSONCursor) throws(ShardError) -> Int {
    try cursor.open("{", "an object of hashes")
    hashes.removeAll(keepingCapacity: true)
    while let name = try cursor.nextKey() {
      let token = try cursor.string("a hash")
      if token.isPlainASCII {
        tables[kind.rawValue].appendBytes(cursor.bytes.extracting(token.range))
        hashes.append((name, token.range.count))
      } else {
        let digits = Array(try cursor.text(token.range).utf8)
        tables[kind.rawValue].appendBytes(digits.span.bytes)
        hashes.append((name, digits.count))
      }
    }
    let before = known[kind.rawValue]
    if let number = before.number, isSame(before, cursor) { return number }
    var shape: [FileTable.HashShape] = []
    for (name, digitCount) in hashes {
      let algorithm = try cursor.text(name)
      guard !shape.contains(where: { $0.algorithm == algorithm }) else {
        throw ShardError(
          .malformedIndex, expected: "each hash once", found: "\(algorithm) twice",
          remedy: ShardError.writeIndexAgain)
      }
      shape.append(FileTable.HashShape(algorithm: algorithm, digitCount: digitCount))
    }
    let number = tables[kind.rawValue].shapeNumber(shape)
    known[kind.rawValue] = KnownShape(hashes: hashes, number: number)
    return number
  }

  private func isSame(_ shape: KnownShape, _ cursor: borrowing JSONCursor) -> Bool {
    guard shape.hashes.count == hashes.count else { return false }
    for index in hashes.indices {
      guard shape.hashes[index].digitCount == hashes[index].digitCount,
        cursor.isSame(shape.hashes[index].name, hashes[index].name)
      else { return false }
    }
    return true
  }

  mutating func end(_ kind: Kind, byteCount: Int, shape: Int) {
    tables[kind.rawValue].endRow(byteCount: byteCount, shape: shape)
  }

  /// Refuses an index that names a file twice: two shards in one file, or a file compressed onto itself.
  func requireUniqueNames() throws(ShardError) {
    if NameOrder.provesUnique(tables) { return }
    var names = NameSet(capacity: nameCount)
    for table in tables {
      var repeated: (row: Int, name: String)?
      table.forEachName { row, name in
        if repeated == nil, !names.insert(name) { repeated = (row, utf8Text(name) ?? "") }
      }
      if let repeated {
        throw ShardError(
          .unsafeName, shard: repeated.row, expected: "each file name once",
          found: "\"\(repeated.name)\" twice",
          remedy: ShardError.writeIndexAgain)
      }
    }
  }
}
