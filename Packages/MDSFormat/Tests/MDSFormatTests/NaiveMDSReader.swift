import ShardFormats

/// The shortest right reader of an MDS file, straight from the format's description: the oracle of the tests.
///
/// It reads everything before it says anything: nil for a file that is not exactly what a writer makes.
enum NaiveMDSReader {
  /// Each sample's columns as bytes.
  static func read(_ file: [UInt8], columns: [ColumnSpec]) -> [[[UInt8]]?]? {
    func word(_ at: Int) -> Int? {
      guard at + 4 <= file.count else { return nil }
      return (0..<4).reduce(0) { $0 + Int(file[at + $1]) << (8 * $1) }
    }
    guard let count = word(0), 8 + 4 * count <= file.count else { return nil }
    let offsets = (0...count).compactMap { word(4 + 4 * $0) }
    guard offsets.count == count + 1, offsets.sorted() == offsets, offsets[0] >= 8 + 4 * count,
      offsets[count] == file.count
    else { return nil }
    return (0..<count).map { index in
      var position = offsets[index]
      var sizes: [Int] = []
      for column in columns {
        if let fixed = column.fixedByteCount {
          sizes.append(fixed)
        } else {
          guard position + 4 <= offsets[index + 1], let size = word(position) else { return nil }
          sizes.append(size)
          position += 4
        }
      }
      guard position + sizes.reduce(0, +) == offsets[index + 1] else { return nil }
      return sizes.map { size in
        defer { position += size }
        return Array(file[position..<position + size])
      }
    }
  }
}
