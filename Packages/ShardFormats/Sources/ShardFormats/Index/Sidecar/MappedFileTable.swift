internal import BinaryIO
internal import ShardHashing

/// A ``FileTable`` whose arrays lie in a mapped side-car, where they are read one by one as they are asked for.
///
/// The file may be anybody's, and may be cut short or written over while it is mapped: what is read is checked each time,
/// and a row that is not as it should be is a row without a file.
struct MappedFileTable: Sendable {
  let file: MappedFile
  let layout: Layout
  let shapes: [[FileTable.HashShape]]

  /// Where the arrays of a table lie in the file.
  struct Layout: Sendable {
    let rowCount: Int
    let byteCounts: Range<Int>
    let ends: Range<Int>
    let hashShapes: Range<Int>
    let nameByteCounts: Range<Int>
    let blob: Range<Int>
  }

  var rowCount: Int { layout.rowCount }

  subscript(row: Int) -> FileInfo? {
    guard row >= 0, row < layout.rowCount else { return nil }
    let info = try? file.guarding { bytes in self.info(row, bytes) }
    return info ?? nil
  }

  /// The file's size, nil when the row has none.
  func byteCount(_ row: Int) -> Int? {
    guard row >= 0, row < layout.rowCount else { return nil }
    let count = try? file.guarding { bytes in byteCount(row, bytes) }
    return count ?? nil
  }

  private func byteCount(_ row: Int, _ bytes: RawSpan) -> Int? {
    guard let word = bytes.uint64(at: layout.byteCounts.lowerBound + 8 * row) else { return nil }
    let count = Int(Int64(bitPattern: word))
    return (0...ShardFileTables.byteCountLimit).contains(count) ? count : nil
  }

  private func info(_ row: Int, _ bytes: RawSpan) -> FileInfo? {
    guard let byteCount = byteCount(row, bytes), let (name, digits, shape) = place(row, bytes),
      let name = bytes.slice(name), ShardFileName.fault(name) == nil, let digits = bytes.slice(digits)
    else { return nil }
    return FileInfo(name: name, byteCount: byteCount, digits: digits, shape: shapes[shape])
  }

  /// Where the row's name and digits lie, and the number of its shape.
  private func place(_ row: Int, _ bytes: RawSpan) -> (name: Range<Int>, digits: Range<Int>, shape: Int)? {
    let before = row == 0 ? 0 : bytes.uint64(at: layout.ends.lowerBound + 8 * (row - 1))
    guard let before, let after = bytes.uint64(at: layout.ends.lowerBound + 8 * row),
      before <= after, after <= UInt64(layout.blob.count),
      let nameCount = bytes.uint16(at: layout.nameByteCounts.lowerBound + 2 * row), UInt64(nameCount) <= after - before,
      let shape = bytes.uint32(at: layout.hashShapes.lowerBound + 4 * row), shape < UInt32(shapes.count)
    else { return nil }
    let start = layout.blob.lowerBound + Int(before)
    let (nameEnd, end) = (start + Int(nameCount), layout.blob.lowerBound + Int(after))
    return (start..<nameEnd, nameEnd..<end, Int(shape))
  }

  var contentHashes: [UInt64]? {
    let hashes = try? file.guarding { bytes -> [UInt64]? in
      var hashes: [UInt64] = []
      for part in [layout.byteCounts, layout.ends, layout.nameByteCounts, layout.blob] {
        guard let slice = bytes.slice(part) else { return nil }
        hashes.append(HashAlgorithm.xxh3_64.digest(of: slice).word)
      }
      return hashes
    }
    return hashes ?? nil
  }

  /// Whether every row has its bytes within the blob and as many as its name and its hashes need. O(rows), no name is read.
  func isConsistent(_ bytes: RawSpan) -> Bool {
    guard let sizes = bytes.slice(layout.byteCounts), let ends = bytes.slice(layout.ends),
      let numbers = bytes.slice(layout.hashShapes), let nameCounts = bytes.slice(layout.nameByteCounts)
    else { return false }
    let digitCounts = shapes.map { $0.reduce(0) { $0 + $1.digitCount } }
    var start: UInt64 = 0
    var isSound = true
    for row in 0..<layout.rowCount {
      let size = sizes.unsafeLoadUnaligned(fromByteOffset: 8 * row, as: Int64.self)
      let end = ends.unsafeLoadUnaligned(fromByteOffset: 8 * row, as: UInt64.self)
      let nameCount = Int(nameCounts.unsafeLoadUnaligned(fromByteOffset: 2 * row, as: UInt16.self))
      let number = Int(numbers.unsafeLoadUnaligned(fromByteOffset: 4 * row, as: UInt32.self))
      if size < 0 {
        isSound = isSound && size == -1 && end == start && nameCount == 0
      } else {
        guard number < digitCounts.count, size <= Int64(ShardFileTables.byteCountLimit) else { return false }
        isSound = isSound && nameCount > 0 && end &- start == UInt64(nameCount + digitCounts[number]) && end > start
      }
      start = end
    }
    return isSound && start == UInt64(layout.blob.count)
  }
}
