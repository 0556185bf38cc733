internal import BinaryIO
internal import PythonJSON

/// Reads an `index.json` in one pass over its bytes, without a tree.
///
/// A shard's members that its schema determines are not parsed when their text is that of the shard before, which is
/// nearly always; what differs is parsed by ``JSONValue``. File infos and numbers are read where they stand.
struct IndexScanner: ~Escapable {
  var cursor: JSONCursor
  let file: String
  private let encodings: EncodingRegistry

  private var table = ShardTable()
  private var files = ShardFileTables()

  /// The last shard's schema members: where their texts lie.
  private var known: [KnownMember] = []
  private var knownSchema: Int?

  private struct KnownMember {
    var key: Range<Int>
    var value: Range<Int>
  }

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, file: String, encodings: EncodingRegistry) {
    cursor = JSONCursor(bytes)
    self.file = file
    self.encodings = encodings
  }

  /// The whole document: an object with `version` and `shards`; other members are ignored, as upstream does.
  mutating func parseIndex() throws(ShardError) -> ShardTable {
    var sawShards = false
    var sawVersion = false
    do throws(ShardError) {
      try cursor.open("{", "an object")
      while let key = try cursor.nextKey() {
        if cursor.equals(key, "shards") {
          guard !sawShards else { throw repeated("shards") }
          sawShards = true
          try parseShards()
        } else if cursor.equals(key, "version") {
          guard !sawVersion else { throw repeated("version") }
          sawVersion = true
          try parseVersion()
        } else {
          _ = try cursor.parsedValue()
        }
      }
      try cursor.requireEnd()
      guard sawVersion else { throw missing("version") }
      guard sawShards else { throw missing("shards") }
      try files.requireUniqueNames()
    } catch {
      throw error.at(file: file, byteOffset: error.shard == nil ? cursor.position : nil)
    }
    table.take(rawData: files.rawData, zipData: files.zipData, rawMeta: files.rawMeta, zipMeta: files.zipMeta)
    return table
  }

  private mutating func parseVersion() throws(ShardError) {
    let version = try cursor.parsedValue()
    guard version == 2 else {
      throw ShardError(
        .unsupportedVersion, expected: "version 2", found: version.shortText,
        remedy: "convert the data set with a current version of MosaicML Streaming")
    }
  }

  private mutating func parseShards() throws(ShardError) {
    try cursor.open("[", "a list of shards")
    while try cursor.nextElement() {
      let start = cursor.position
      do throws(ShardError) {
        try parseShard()
      } catch {
        throw error.at(byteOffset: error.byteOffset ?? max(start, cursor.position), shard: table.count)
      }
    }
  }

  // MARK: A shard

  private mutating func parseShard() throws(ShardError) {
    let row = table.count
    var sampleCount: Int?
    var seen = ShardFileTables.Seen()
    var memberIndex = 0
    var sameSchema = knownSchema != nil
    try cursor.open("{", "an object for a shard")
    while let key = try cursor.nextKey() {
      if cursor.equals(key, "samples") {
        guard sampleCount == nil else { throw repeated("samples") }
        sampleCount = try cursor.integer("samples", in: 0...Int(UInt32.max))
      } else if let kind = fileKind(key) {
        guard seen.insert(kind) else { throw repeated("\(kind)") }
        try parseFileInfo(kind, row: row, &seen)
      } else {
        try schemaMember(key, memberIndex, &sameSchema)
        memberIndex += 1
      }
    }
    if memberIndex != known.count {
      sameSchema = false
      known.removeLast(max(0, known.count - memberIndex))
    }
    let schema: Int
    if sameSchema, let knownSchema { schema = knownSchema } else { schema = try parseSchema() }
    guard let sampleCount else { throw missing("samples") }
    try requireConsistent(table.schemas[schema], seen, sampleCount: sampleCount)
    knownSchema = schema
    table.appendRow(schema: schema, sampleCount: sampleCount)
  }

  /// Skips a member when its text is the one of the shard before at the same place; notes where it lies otherwise.
  @inline(__always)
  private mutating func schemaMember(
    _ key: Range<Int>, _ index: Int, _ sameSchema: inout Bool
  ) throws(ShardError) {
    if index < known.count {
      let before = known[index]
      if cursor.isSame(key, before.key), cursor.skip(textOf: before.value) { return }
    }
    sameSchema = false
    let value = try cursor.skippedValue()
    let member = KnownMember(key: key, value: value)
    if index < known.count { known[index] = member } else { known.append(member) }
  }

  private mutating func parseSchema() throws(ShardError) -> Int {
    knownSchema = nil
    var members = JSONObject()
    for member in known {
      let key = try cursor.text(member.key)
      guard members[key] == nil else { throw repeated(key).at(byteOffset: member.key.lowerBound) }
      members[key] = try cursor.parsed(member.value)
    }
    return table.schemaNumber(try ShardSchema(members: members, encodings: encodings))
  }

  private func requireConsistent(
    _ schema: ShardSchema, _ seen: ShardFileTables.Seen, sampleCount: Int
  ) throws(ShardError) {
    for kind in ShardFileTables.Kind.allCases
    where seen.contains(kind) != (schema.format.hasMeta || !kind.isMeta) {
      if seen.contains(kind) { throw unknown("\(kind)", schema.format) }
      throw missing("\(kind)")
    }
    let compressed = schema.compression != nil
    for kind in ShardFileTables.Kind.allCases where seen.contains(kind) {
      let mustExist = kind.isZip ? compressed : true
      guard seen.isPresent(kind) == mustExist else {
        throw ShardError(
          .malformedIndex,
          expected: mustExist ? "a file as \(kind)" : "null as \(kind), as there is no compression",
          found: mustExist ? "null" : "a file", remedy: ShardError.writeIndexAgain)
      }
    }
    // Each format has a 32-bit count and n + 1 offsets of 32 bits in one file, so its size bounds n.
    let offsets = schema.format.hasMeta ? seen.rawMetaByteCount : seen.rawDataByteCount
    guard sampleCount <= (offsets - 8) / 4, offsets >= 8 else {
      throw ShardError(
        .outOfRange, expected: "a file of at least \(8 + 4 * sampleCount) bytes for \(sampleCount) samples",
        found: "\(offsets)", remedy: ShardError.writeIndexAgain)
    }
  }

  // MARK: A file

  private func fileKind(_ key: Range<Int>) -> ShardFileTables.Kind? {
    guard key.count == 8 else { return nil }
    if cursor.equals(key, "raw_data") { return .raw_data }
    if cursor.equals(key, "zip_data") { return .zip_data }
    if cursor.equals(key, "raw_meta") { return .raw_meta }
    if cursor.equals(key, "zip_meta") { return .zip_meta }
    return nil
  }

  private mutating func parseFileInfo(
    _ kind: ShardFileTables.Kind, row: Int, _ seen: inout ShardFileTables.Seen
  ) throws(ShardError) {
    if cursor.skip(word: "null") { return }
    try cursor.open("{", "an object or null as \(kind)")
    files.begin(kind, row)
    var name: JSONCursor.StringToken?
    var byteCount: Int?
    var hashes: Range<Int>?
    var shape: Int?
    while let key = try cursor.nextKey() {
      if name == nil, cursor.equals(key, "basename") {
        let token = try cursor.string("basename")
        try appendName(kind, token)
        name = token
      } else if byteCount == nil, cursor.equals(key, "bytes") {
        byteCount = try cursor.integer("bytes", in: 0...ShardFileTables.byteCountLimit)
      } else if shape == nil, hashes == nil, cursor.equals(key, "hashes") {
        // Digits are stored behind the name: hashes that come before it have to wait.
        if name == nil {
          hashes = try cursor.skippedValue()
        } else {
          shape = try files.parseHashes(kind, &cursor)
        }
      } else {
        throw ShardError(
          .unknownKey, expected: "basename, bytes and hashes, once each",
          found: "\"\(try cursor.text(key))\"",
          remedy: "remove the member; upstream refuses it too")
      }
    }
    guard name != nil else { throw missing("basename") }
    guard let byteCount else { throw missing("bytes") }
    if let hashes {
      let end = cursor.position
      cursor.position = hashes.lowerBound
      shape = try files.parseHashes(kind, &cursor)
      cursor.position = end
    }
    guard let shape else { throw missing("hashes") }
    files.end(kind, byteCount: byteCount, shape: shape)
    seen.setPresent(kind, byteCount: byteCount)
  }

  private mutating func appendName(_ kind: ShardFileTables.Kind, _ token: JSONCursor.StringToken)
    throws(ShardError)
  {
    if token.isPlainASCII {
      try files.appendName(kind, cursor.bytes.extracting(token.range))
    } else {
      let name = Array(try cursor.text(token.range).utf8)
      try files.appendName(kind, name.span.bytes)
    }
  }

  // MARK: Errors

  private func repeated(_ key: String) -> ShardError {
    ShardError(
      .malformedIndex, expected: "\(key) once", found: "it twice", remedy: ShardError.writeIndexAgain)
  }

  private func missing(_ key: String) -> ShardError {
    ShardError(.missingKey, expected: "a member \(key)", found: "none", remedy: ShardError.writeIndexAgain)
  }

  private func unknown(_ key: String, _ format: ShardFormatName) -> ShardError {
    ShardError(
      .unknownKey, expected: "only the members of \(format) shards", found: "\"\(key)\"",
      remedy: "remove the member; upstream refuses it too")
  }
}
