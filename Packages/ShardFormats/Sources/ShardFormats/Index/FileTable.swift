internal import BinaryIO

/// One file of each shard, in arrays: sizes, and a blob of names and hash digits. Rows may be missing.
struct FileTable: Sendable {
  /// −1 where the row has no file. Shorter than the shard table when its last rows have none.
  private var byteCounts: [Int] = []
  /// Where each row's bytes end in `blob`: its name, then its hashes' digits one after another.
  private var ends: [Int] = []
  private var nameByteCounts: [UInt16] = []
  private var hashShapes: [UInt32] = []
  private var blob: [UInt8] = []
  /// The different lists of (algorithm, number of digits), in order of first use; usually one.
  private var shapes: [[HashShape]] = []

  struct HashShape: Hashable {
    var algorithm: String
    var digitCount: Int
  }

  /// The file of that row, nil when it has none.
  subscript(row: Int) -> FileInfo? {
    guard has(row) else { return nil }
    let start = row == 0 ? 0 : ends[row - 1]
    let nameEnd = start + Int(nameByteCounts[row])
    var position = nameEnd
    var hashes: [FileHash] = []
    for shape in shapes[Int(hashShapes[row])] {
      let digits = blob[position..<position + shape.digitCount]
      hashes.append(FileHash(algorithm: shape.algorithm, hex: String(decoding: digits, as: UTF8.self)))
      position += shape.digitCount
    }
    return FileInfo(
      basename: String(decoding: blob[start..<nameEnd], as: UTF8.self), byteCount: byteCounts[row],
      hashes: hashes)
  }

  func has(_ row: Int) -> Bool { row < byteCounts.count && byteCounts[row] >= 0 }
  /// The file's size, 0 when the row has none.
  func byteCount(_ row: Int) -> Int { has(row) ? byteCounts[row] : 0 }

  var residentByteCount: Int {
    byteCounts.count * 2 * MemoryLayout<Int>.stride + byteCounts.count * 6 + blob.count
  }

  /// Calls `body` with the bytes of each row's name.
  func forEachName(_ body: (_ row: Int, _ name: RawSpan) -> Void) {
    let bytes = blob.span.bytes
    for row in byteCounts.indices where byteCounts[row] >= 0 {
      let start = row == 0 ? 0 : ends[row - 1]
      body(row, bytes.extracting(start..<start + Int(nameByteCounts[row])))
    }
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
    while byteCounts.count < row {
      byteCounts.append(-1)
      ends.append(blob.count)
      nameByteCounts.append(0)
      hashShapes.append(0)
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
