internal import BinaryIO
internal import ShardHashing

/// One file of each shard, in arrays: sizes, and a blob of names and hash digits. Rows may be missing.
///
/// The arrays are this value's own, or lie in a mapped side-car; those are copied when the table is to grow.
struct FileTable: Sendable {
  /// −1 where the row has no file. Shorter than the shard table when its last rows have none.
  private(set) var byteCounts: [Int] = []
  /// Where each row's bytes end in `blob`: its name, then its hashes' digits one after another.
  private(set) var ends: [Int] = []
  private(set) var nameByteCounts: [UInt16] = []
  private(set) var hashShapes: [UInt32] = []
  private(set) var blob: [UInt8] = []
  /// The different lists of (algorithm, number of digits), in order of first use; usually one.
  private(set) var shapes: [[HashShape]] = []
  /// Stands for all of the above where there is one.
  private var mapped: MappedFileTable?

  struct HashShape: Hashable {
    var algorithm: String
    var digitCount: Int
  }

  init() {}

  init(_ mapped: MappedFileTable) { self.mapped = mapped }

  /// The file of that row, nil when it has none.
  subscript(row: Int) -> FileInfo? {
    if let mapped { return mapped[row] }
    guard has(row) else { return nil }
    let start = row == 0 ? 0 : ends[row - 1]
    let nameEnd = start + Int(nameByteCounts[row])
    return FileInfo(
      name: blob.span.bytes.extracting(start..<nameEnd), byteCount: byteCounts[row],
      digits: blob.span.bytes.extracting(nameEnd..<ends[row]), shape: shapes[Int(hashShapes[row])])
  }

  func has(_ row: Int) -> Bool {
    if let mapped { return mapped.byteCount(row) != nil }
    return row < byteCounts.count && byteCounts[row] >= 0
  }

  /// The file's size, 0 when the row has none.
  func byteCount(_ row: Int) -> Int {
    if let mapped { return mapped.byteCount(row) ?? 0 }
    return has(row) ? byteCounts[row] : 0
  }

  /// Memory of the arrays; those of a mapping are the system's, which takes their pages back as it likes.
  var residentByteCount: Int {
    byteCounts.count * 2 * MemoryLayout<Int>.stride + byteCounts.count * 6 + blob.count
  }

  /// Where the row's name lies in `blob`, nil when it has none; for tables that are not mapped.
  @inline(__always)
  func nameRange(_ row: Int) -> Range<Int>? {
    guard byteCounts[row] >= 0 else { return nil }
    let start = row == 0 ? 0 : ends[row - 1]
    return start..<start + Int(nameByteCounts[row])
  }

  /// Calls `body` with the bytes of each row's name. The table must not be mapped.
  func forEachName(_ body: (_ row: Int, _ name: RawSpan) -> Void) {
    let bytes = blob.span.bytes
    for row in byteCounts.indices {
      if let range = nameRange(row) { body(row, bytes.extracting(range)) }
    }
  }

  /// Hashes of the sizes, names and hashes of all rows, the same for a mapped table as for one in memory; nil when the
  /// mapping's pages are gone.
  var contentHashes: [UInt64]? {
    if let mapped { return mapped.contentHashes }
    let algorithm = HashAlgorithm.xxh3_64
    return [
      algorithm.digest(of: byteCounts.span.bytes).word, algorithm.digest(of: ends.span.bytes).word,
      algorithm.digest(of: nameByteCounts.span.bytes).word, algorithm.digest(of: blob.span.bytes).word,
    ]
  }

  // MARK: Growing

  mutating func set(row: Int, _ file: FileInfo) {
    let name = Array(file.basename.utf8)
    beginRow(row)
    appendName(name.span.bytes)
    let shape = file.hashes.map { HashShape(algorithm: $0.algorithm, digitCount: $0.hex.utf8.count) }
    for hash in file.hashes { blob.append(contentsOf: hash.hex.utf8) }
    endRow(byteCount: file.byteCount, shape: shapeNumber(shape))
  }

  /// Starts a row; rows between the last and this one have no file.
  mutating func beginRow(_ row: Int) {
    if mapped != nil { unmap() }
    while byteCounts.count < row {
      byteCounts.append(-1)
      ends.append(blob.count)
      nameByteCounts.append(0)
      hashShapes.append(0)
    }
  }

  private mutating func unmap() {
    guard let table = mapped else { return }
    mapped = nil
    for row in 0..<table.rowCount {
      if let file = table[row] { set(row: row, file) }
    }
  }

  /// The name must be of at most 65,535 bytes, as ``ShardFileName`` makes sure.
  mutating func appendName(_ name: RawSpan) {
    nameByteCounts.append(UInt16(truncatingIfNeeded: name.byteCount))
    appendBytes(name)
  }

  mutating func appendBytes(_ bytes: RawSpan) { blob.append(bytes) }

  mutating func endRow(byteCount: Int, shape: Int) {
    byteCounts.append(byteCount)
    ends.append(blob.count)
    hashShapes.append(UInt32(shape))
  }

  mutating func shapeNumber(_ shape: [HashShape]) -> Int {
    if let number = shapes.lastIndex(of: shape) { return number }
    shapes.append(shape)
    return shapes.count - 1
  }

  mutating func reserve(_ rowCount: Int) {
    byteCounts.reserveCapacity(rowCount)
    ends.reserveCapacity(rowCount)
    nameByteCounts.reserveCapacity(rowCount)
    hashShapes.reserveCapacity(rowCount)
  }
}

extension FileInfo {
  /// A file from its bytes in a table; the digits must be as many as the shape tells.
  init(name: RawSpan, byteCount: Int, digits: RawSpan, shape: [FileTable.HashShape]) {
    var hashes: [FileHash] = []
    var position = 0
    for part in shape {
      let end = min(position + part.digitCount, digits.byteCount)
      hashes.append(FileHash(algorithm: part.algorithm, hex: digits.extracting(position..<end).repairedText))
      position = end
    }
    self.init(basename: name.repairedText, byteCount: byteCount, hashes: hashes)
  }
}
