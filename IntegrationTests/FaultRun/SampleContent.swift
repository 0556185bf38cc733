import Streaming

/// Samples whose bytes follow from their number, so that any reader can tell whether what it got is right.
enum SampleContent {
  static let columns: [String: Encoding] = ["body": .bytes, "id": .int]

  /// - Parameter version: tells data sets apart that are otherwise alike.
  static func body(_ id: Int, version: Int) -> [UInt8] {
    var state = UInt64(bitPattern: Int64(id)) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(version)
    return (0..<600 + id * 37 % 900).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state)
    }
  }

  static func write(_ count: Int, to folder: String, version: Int = 0) async throws {
    var writer = try MDSWriter(to: folder, columns: columns) {
      $0.hashes = [.xxh64]
      $0.sizeLimit = .kilobytes(32)
    }
    for id in 0..<count {
      try await writer.write(["body": .bytes(body(id, version: version)), "id": .int(id)])
    }
    _ = try await writer.finish()
  }

  /// - Throws: ``Unexpected`` naming the first sample of the batch that is not as it was written.
  static func check(_ batch: Batch, version: Int) throws {
    let ids = try batch.column("id").withElements(as: Int64.self) { ids in ids.indices.map { Int(ids[$0]) } }
    let bodies = try batch.column("body")
    for (row, id) in ids.enumerated() {
      guard batch.sampleIDs[row] == Int64(id), try bodies.bytes(row: row).copied() == body(id, version: version) else {
        throw Unexpected("sample \(batch.sampleIDs[row]): wrong content in row \(row)")
      }
    }
  }
}
